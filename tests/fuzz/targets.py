"""What is fuzzed: every reader of foreign bytes, each ending in a reading or in a sentence, and in nothing else.

A target raises where a reader does anything but that: another exception, a reading that no record can hold, a check
that broke on what was read. The same functions replay the kept corpus in every test run.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import UNDECLARED
from gpu_inspector.records.evidence import Evidence

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
MARKINGS = 40
"""Lines that are taken for memory chips."""
BROKE = "This check failed inside the program"


@cache
def catalogue() -> Catalogue:
    return load()


def _holds(reading: Any) -> None:
    """A record can hold it, and gives it back."""
    text = canonical.encode(reading)
    assert canonical.decode_plain(text, type(reading), "reading") == reading, "the reading does not come back"


def _judged(evidence: Evidence) -> None:
    """No check breaks on it, and the findings can be kept."""
    from gpu_inspector.workflow.judging import judge

    judgement = judge(evidence, UNDECLARED, catalogue())
    broken = [one.check for card in judgement.cards for one in card.findings if one.text.startswith(BROKE)]
    assert not broken, f"checks broke: {broken}"
    canonical.encode(judgement)


def vbios(data: bytes) -> None:
    from gpu_inspector.probes import vbios as reader

    reader.looks_like(data)
    _holds(reader.parse(data, source="file", file_name="image.rom"))


def efi(data: bytes) -> None:
    from gpu_inspector.probes import efi as reader

    _holds(reader.parse(data))


def nvidia_smi(data: bytes) -> None:
    """All three forms: which one it is, the reader tells by the content."""
    from gpu_inspector.probes import nvidia_smi as reader

    reader.recognise(data)
    for reading in reader.parse(data).readings:
        _holds(reading)


def handed_in(data: bytes) -> None:
    """A capture, or a dump, as `judge` takes it: recognised, read, judged."""
    from gpu_inspector.probes import incoming

    incoming.recognise(data)
    evidence = incoming.to_evidence(
        data, "file", tool_version="0", reference_version=catalogue().version, collected_at=WHEN
    )
    canonical.encode(evidence)
    _judged(evidence)


def foreign_logs(data: bytes) -> None:
    """Logs of memtest_vulkan, diagnoses of DCGM and reports of MATS: each reader by itself, whatever it is given."""
    from gpu_inspector.probes import dcgm_json, mats_report, memtest_log

    trouble: GpuInspectorError | None = None
    read = False
    for reader in (memtest_log, dcgm_json, mats_report):
        reader.looks_like(data)
        try:
            handed = reader.to_cards(data, "file")
        except GpuInspectorError as error:
            trouble = error
            continue
        read = True
        for card in handed.cards:
            _holds(card)
    if trouble is not None and not read:
        raise trouble


def inner_calls(data: bytes) -> None:
    """Four bytes of the call's number, then the structure that answered it."""
    from gpu_inspector.probes import rm_answers
    from gpu_inspector.records.firmware import RmReading

    fields: dict[str, Any] = rm_answers.decode(int.from_bytes(data[:4], "little"), data[4:])
    _holds(RmReading(driver_version="", headers_version="", **fields))


def pdf(data: bytes) -> None:
    """A foreign report, as `verify` examines it: signatures, attachments, pages drawn again."""
    from gpu_inspector.workflow.verifying import State, verify

    found = verify(data, (), catalogue(), WHEN, words=True)
    assert (found.state is State.ALTERED) == bool(found.problems)


def sealed_record(data: bytes) -> None:
    """The record of a liar, soundly signed: whatever it is, it is examined like any other."""
    from fuzz.seeds import sealed_around

    from gpu_inspector.workflow.verifying import State, verify

    found = verify(sealed_around(data), (), catalogue(), WHEN)
    assert (found.state is State.ALTERED) == bool(found.problems)


def label(data: bytes) -> None:
    """A photograph of a label, with what is written in its bar codes."""
    from gpu_inspector.workflow import photographs

    taken = photographs.take(data, "label.jpg")
    _holds(taken.photograph)


def tag(data: bytes) -> None:
    """What a scanner read off a tag, or anybody typed: a text of this program's own, or none; it is said as it was."""
    from gpu_inspector.records import tag_text

    text = data.decode("utf-8", "replace")
    found = tag_text.parse(text)
    assert found is None or tag_text.begins(text)
    if found is not None and found.card is not None:
        said = f"gpu inspector {f'{found.mark} tag'.strip()} {found.seq} card {found.card} digest {found.head}"
        assert " ".join(text.lower().split()).startswith(said)


def checkpoint(data: bytes) -> None:
    """A signed checkpoint of somebody's ledger."""
    from gpu_inspector.workflow import checkpoints

    checkpoints.check(data)


def policy(data: bytes) -> None:
    """An office's policy: as its file, as the statement that a liar signed, as the TOML that one is written from."""
    from gpu_inspector.records import policy as records
    from gpu_inspector.records.declaration import NO_CASE
    from gpu_inspector.records.evidence import Origin
    from gpu_inspector.workflow import policy_file, policy_keeping, policy_writing

    trouble: GpuInspectorError | None = None
    read = False
    try:
        held = policy_file.read_policy(data, ())
        read = True
        _holds(held.named)
        records.line(held.named, Origin.FILE)
    except GpuInspectorError as error:
        trouble = error
    try:
        made = canonical.decode(data, records.Policy, records.KIND)
        read = True
        if records.fault_of(made) is None:
            records.missing(made.mandatory, NO_CASE, UNDECLARED)
            policy_keeping.demands(made)
    except GpuInspectorError as error:
        trouble = error
    try:
        policy_writing.from_text(data, "office.toml")
        read = True
    except GpuInspectorError as error:
        trouble = error
    if trouble is not None and not read:
        raise trouble


def child_lines(data: bytes) -> None:
    """What the measuring child writes, which may come from another machine; in pieces, as a pipe hands it on."""
    from gpu_inspector.measure.messages import Lines, Result
    from gpu_inspector.probes import child_reading

    lines = Lines()
    for at in range(0, len(data), 100):
        for message in lines.feed(data[at : at + 100]):
            if isinstance(message, Result):
                reading, _dropped = child_reading.fit(message.reading)
                if reading is not None:
                    _holds(reading)


def markings(data: bytes) -> None:
    """What is typed off a die and its memory chips, or comes from a file: both decoders, and the checks on them."""
    from gpu_inspector.checks import ALL_CHECKS
    from gpu_inspector.checks.runner import run as run_checks
    from gpu_inspector.checks.subject import Subject
    from gpu_inspector.records import die_marking, memory_marking
    from gpu_inspector.records.appearance import Appearance, DieMarking, MemoryChips
    from gpu_inspector.records.evidence import CardEvidence, Origin

    lines = tuple(data.decode("utf-8", "replace").splitlines())
    _holds(die_marking.decode(lines))
    for line in lines[:MARKINGS]:
        _holds(memory_marking.decode(line, catalogue().memory_codes))
    chips = tuple(MemoryChips(marking=line, count=at, side="front") for at, line in enumerate(lines[:MARKINGS]))
    seen = Appearance(die=DieMarking(present=True, lines=lines), memory=chips)
    evidence = Evidence(
        collected_at=WHEN,
        tool_version="0",
        reference_version=catalogue().version,
        origin=Origin.SEEN,
        cards=(CardEvidence(label="object 1", seen=seen),),
    )
    canonical.encode(evidence)
    own = tuple(one for one in ALL_CHECKS if one.id.startswith(("die-marking", "memory-marking")))
    for finding in run_checks(own, Subject(evidence, evidence.cards[0], UNDECLARED, catalogue())):
        assert not finding.text.startswith(BROKE), f"check broke: {finding.check}"
        canonical.encode(finding)


def answers(data: bytes) -> None:
    """A file of answers, as an inspector writes it or anybody hands it in; its photographs are not there."""
    from gpu_inspector.workflow import answers_file, seeing

    written = answers_file.parse(data, "answers.toml")
    looked = seeing.taken_in(answers_file.AnswersFile(written))
    evidence = seeing.evidence_of(looked.appearance, catalogue())
    _holds(evidence)
    _judged(evidence)


def lists(data: bytes) -> None:
    """A packing list and a management controller's inventory: both readers, whatever they are given, and the checks."""
    from dataclasses import replace

    from server_cards import server

    from gpu_inspector.probes import packing_list, redfish

    found = []
    for read in (packing_list.parse, redfish.parse):
        try:
            found.append(read(data, "list"))
        except GpuInspectorError:
            continue
        _holds(found[-1])
    if found:
        _judged(replace(server(count=2), inventories=tuple(found)))


def data_pack(data: bytes) -> None:
    """Reference data: as the file that came, and as the statement that a liar signed, with all that is read of it."""
    from gpu_inspector import reference
    from gpu_inspector.records.kept_data import of_pack
    from gpu_inspector.workflow import data_packs

    try:
        pack = data_packs.examine(data, ()).pack
    except GpuInspectorError as error:
        assert error.message
        pack = reference.read(b'{"statement":' + data + b"}")
    found = Catalogue(pack.files())
    found.search("nvidia 4090")
    found.resolve("RTX 4090 24 GB")
    found.by_device("2684", "10DE:165B")
    for one in (lambda: found.export_law, lambda: found.export_products, lambda: of_pack(pack)):
        try:
            one()
        except GpuInspectorError as error:
            assert error.message


def hall(data: bytes) -> None:
    """A hall's file: whatever it names stands once in the hall, is drawn in letters, and is safe to print."""
    from gpu_inspector.records import hall_file, hall_words

    found = hall_file.read(data).hall()
    assert len({one.node for one in found.places}) == len(found.places)
    told = hall_words.lines(found, ())
    assert all(text.isprintable() for text in told)
    canonical.encode(found)


def registry_batch(data: bytes) -> None:
    """What an office delivers to the registry's gate: unpacked, packed again, each body read as the gate does."""
    from gpu_inspector.records.registry import inflated, pack, unpack
    from gpu_inspector.registry.checking import Look, Standing
    from gpu_inspector.registry.rows_out import values_of
    from gpu_inspector.workflow import registry_rows

    batch = unpack(data)
    assert unpack(pack(batch)) == batch, "the batch does not come back"
    for row in batch.rows:
        if row.body is not None:
            try:
                values_of(registry_rows.examined(row.kind, row.seq, inflated(row.body, 1_000_000)).listed)
            except GpuInspectorError as error:
                assert error.message
    known = frozenset({registry_rows.sound(batch.checkpoint).fingerprint})
    there = Standing(office=batch.office, certificates=known)
    look = Look(batch, there, registry_rows.sound, registry_rows.examined)
    assert list(look.passing()) == list(look.passed().rows)


def node_answer(data: bytes) -> None:
    """A greeting and an answer of a node, to a fixed asking: evidence that can be judged, or a reason."""
    from gpu_inspector.records.node import Hello, Machine, NodeGap, Wish
    from gpu_inspector.workflow import node_envelope, node_hello

    asked = Wish(audit="a", node="n", nonce="0" * 32, simulate="genuine-h100-sxm")
    own = node_hello.mine()
    for found in (
        node_hello.greeted(data, asked, own, WHEN, WHEN),
        node_envelope.check(data, asked, node_hello.Greeted(_hello(Hello, Machine, own), 0.0, 0.0), ()),
    ):
        if isinstance(found, NodeGap):
            assert found.reason and found.reason.isprintable()
        elif isinstance(found, Evidence):
            _judged(found)


def _hello(hello: Any, machine: Any, own: Any) -> Any:
    return hello(audit="a", node="n", nonce="0" * 32, program=own, machine=machine(host="simulated node"), clock=WHEN)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "node-answer": node_answer,
    "vbios": vbios,
    "efi": efi,
    "nvidia-smi-xml": nvidia_smi,
    "nvidia-smi-text": nvidia_smi,
    "nvidia-smi-table": nvidia_smi,
    "capture": handed_in,
    "foreign-files": handed_in,
    "pdf": pdf,
    "sealed-record": sealed_record,
    "foreign-logs": foreign_logs,
    "inner-calls": inner_calls,
    "label": label,
    "tag": tag,
    "checkpoint": checkpoint,
    "policy": policy,
    "child": child_lines,
    "markings": markings,
    "answers": answers,
    "lists": lists,
    "data-pack": data_pack,
    "hall": hall,
    "registry-batch": registry_batch,
}
"""Three of one reader: each form has seeds, words and a corpus of its own."""
LONGEST = {
    "vbios": 160_000,
    "efi": 40_000,
    "pdf": 100_000,
    "sealed-record": 60_000,
    "capture": 60_000,
    "data-pack": 80_000,
}
"""Bytes of an input; the rest takes `USUAL`."""
USUAL = 20_000


def run(name: str, data: bytes) -> None:
    """One input through one target; raises where it ends in anything but a reading or a sentence."""
    try:
        TARGETS[name](data)
    except GpuInspectorError as error:
        assert error.message, "a fault of the world without a sentence"
        assert isinstance(str(error).encode("utf-8"), bytes)
