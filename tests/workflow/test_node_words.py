"""What is told of a node is what was seen, and a file's word on it is nobody's."""

from dataclasses import replace

import pytest
from node_cards import real_cards

from gpu_inspector.language import visible
from gpu_inspector.probes import capture, incoming
from gpu_inspector.records import canonical, node_words
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.node import Machine, NodeReading

READING = NodeReading(
    name="n017", audit="a", machine=Machine(host="gpu17.example", boot="b", id="c"), evidence_sha256="d" * 64
)
SIGNED = replace(READING, signer="Node 17", fingerprint="ab" * 32)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (READING, "signed by nobody: as good as the network"),
        (SIGNED, "for whose key nobody here vouches"),
        (replace(SIGNED, known=True), "(SHA-256 abababababababab...), whose key is known here"),
        (replace(READING, clock_offset_s=-1.26, clock_unsure_s=0.4), "its clock -1.3 s away, known within 0.4 s"),
    ],
)
def test_a_line_says_who_signed_and_how_the_clock_stood(reading: NodeReading, words: str) -> None:
    told = node_words.line(reading, visible)
    assert told.startswith("n017 (host gpu17.example); ") and words in told


def test_a_file_cannot_bring_a_known_signer_along() -> None:
    forged = replace(real_cards(), node=replace(SIGNED, known=True))
    found = incoming.to_evidence(
        canonical.encode(forged),
        "capture.json",
        tool_version="1",
        reference_version="1",
        collected_at=forged.collected_at,
    )
    assert (found.origin, found.node) == (Origin.FILE, None)


def test_a_masked_capture_names_no_node() -> None:
    masked = capture.mask(replace(real_cards(), node=SIGNED))
    assert masked.node is None and b"n017" not in canonical.encode(masked)


def test_a_record_of_before_reads_as_one_without_a_node() -> None:
    whole = real_cards()
    older = canonical.encode(whole).replace(b'"node":null,', b"")
    assert b'"node"' not in older
    read = canonical.decode(older, Evidence, "capture")
    assert read == whole and canonical.is_of(older, read)
