"""What a node sends counts where it is what was asked for, whole, by the program that greeted, signed as it said."""

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from node_cards import AUDIT, asked_of, counting, key_of_node, real_cards, wish
from sampling import examples

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import speaking, told
from gpu_inspector.records import canonical
from gpu_inspector.records import node as of_node
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.node import Envelope, Lack, NodeGap, Statement, Wish
from gpu_inspector.records.sighting import LedgerAsked
from gpu_inspector.report import identity
from gpu_inspector.report.certificate import pem_of
from gpu_inspector.workflow import collecting, node_answers, node_envelope, node_key, node_program
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.node_hello import Greeted

SIMULATED: dict[str, Any] = {"simulate": "hgx-h100-8", "seed": 3}


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Callable[[Evidence], None]:
    """Puts evidence in the place of what a collection on this machine would give."""

    def put(found: Evidence) -> None:
        monkeypatch.setattr(collecting, "collect_machine", lambda *_arguments, **_named: found)

    put(real_cards())
    monkeypatch.setattr(node_program, "changed", lambda: False)
    return put


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The certificate (DER) of the key that this node has."""
    certificate = key_of_node(tmp_path / "node" / "key")
    monkeypatch.setenv(node_key.VARIABLE, str(tmp_path / "node" / "key"))
    return certificate


def opened(data: bytes) -> tuple[Envelope, Statement]:
    envelope = msgspec.msgpack.decode(data, type=Envelope)
    return envelope, canonical.decode(envelope.statement, Statement, "statement")


def closed(envelope: Envelope) -> bytes:
    return msgspec.msgpack.encode(envelope)


def answered(asked: Wish) -> tuple[Greeted, bytes]:
    return counting(asked), node_answers.answer(node_envelope.wish_bytes(asked))


def refused(found: Evidence | NodeGap, words: str) -> None:
    assert isinstance(found, NodeGap), found
    assert found.lack is Lack.REFUSED
    assert words in found.reason
    assert found.advice


def test_evidence_of_a_node_names_it_and_says_that_nobody_signed(cards: object) -> None:
    found = asked_of(wish())
    assert isinstance(found, Evidence) and found.node is not None
    assert (found.origin, found.node.name, found.node.audit) == (Origin.MACHINE, "n001", AUDIT)
    assert (found.node.signer, found.node.fingerprint, found.node.known) == ("", "", False)
    assert abs(found.node.clock_offset_s) < 5


def test_a_node_signs_with_its_own_key_and_a_certificate_makes_it_known(cards: object, key: bytes) -> None:
    found = asked_of(wish())
    assert isinstance(found, Evidence) and found.node is not None
    assert found.node.fingerprint == identity.fingerprint_of(key) and not found.node.known
    vouched = asked_of(wish(), pem_of(key))
    assert isinstance(vouched, Evidence) and vouched.node is not None and vouched.node.known


def test_where_certificates_were_given_nothing_else_counts(cards: object, tmp_path: Path, key: bytes) -> None:
    other = key_of_node(tmp_path / "other" / "key")
    refused(asked_of(wish(), pem_of(other)), "none of the given certificates")


def test_where_certificates_were_given_nothing_unsigned_counts(cards: object, tmp_path: Path) -> None:
    refused(asked_of(wish(), pem_of(key_of_node(tmp_path / "other" / "key"))), "signed by nobody")


def test_a_signature_that_was_taken_off_is_missed(cards: object, key: bytes) -> None:
    asked = wish()
    greeted, data = answered(asked)
    envelope, _said = opened(data)
    bare = closed(replace(envelope, signature=b""))
    refused(node_envelope.check(bare, asked, greeted, ()), "without a signature")


def test_another_key_than_the_one_it_greeted_with_is_refused(
    cards: object, key: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = wish()
    greeted = counting(asked)
    key_of_node(tmp_path / "other" / "key")
    monkeypatch.setenv(node_key.VARIABLE, str(tmp_path / "other" / "key"))
    data = node_answers.answer(node_envelope.wish_bytes(asked))
    refused(node_envelope.check(data, asked, greeted, ()), "another key")


def test_a_statement_that_was_changed_under_its_signature_is_broken(cards: object, key: bytes) -> None:
    asked = wish()
    greeted, data = answered(asked)
    envelope, said = opened(data)
    later = canonical.encode(replace(said, ended_at=said.ended_at + timedelta(seconds=1)))
    refused(node_envelope.check(closed(replace(envelope, statement=later)), asked, greeted, ()), "is broken")


def test_yesterdays_answer_fits_no_asking_of_today(cards: object) -> None:
    asked = wish()
    _greeted, data = answered(asked)
    again = node_envelope.fresh(asked)
    refused(node_envelope.check(data, again, counting(again), ()), "another asking")


@pytest.mark.parametrize("other", [{"node": "n002"}, {"audit": "another"}], ids=["node", "audit"])
def test_the_answer_of_another_is_refused(cards: object, other: dict[str, str]) -> None:
    asked = wish()
    greeted, _data = answered(asked)
    elsewhere = node_answers.answer(node_envelope.wish_bytes(replace(asked, **other)))  # type: ignore[arg-type]
    refused(node_envelope.check(elsewhere, asked, greeted, ()), "another asking")


def test_evidence_that_was_put_in_the_place_of_the_nodes_is_refused(cards: object) -> None:
    asked = wish()
    greeted, data = answered(asked)
    envelope, _said = opened(data)
    other = canonical.encode(replace(real_cards(), notes=("better",)))
    refused(
        node_envelope.check(closed(replace(envelope, evidence=zlib.compress(other))), asked, greeted, ()),
        "not that of its answer",
    )


def lying(asked: Wish, found: Evidence) -> Evidence | NodeGap:
    """What becomes of evidence that a node of ill will puts into a sound envelope."""
    greeted, data = answered(asked)
    envelope, said = opened(data)
    body = canonical.encode(found)
    said = replace(said, evidence_sha256=canonical.digest(body))
    return node_envelope.check(
        closed(replace(envelope, statement=canonical.encode(said), evidence=zlib.compress(body))), asked, greeted, ()
    )


def test_a_node_cannot_say_what_only_the_collector_knows(cards: object) -> None:
    says: tuple[dict[str, object], ...] = (
        {"ledger_asked": LedgerAsked(rows=9)},
        {"masked": True},
        {"file_name": "x", "file_sha256": "ab" * 32},
        {"bystanders": real_cards().cards},
        {"log_signs": ("NVRM",)},
    )
    for one in says:
        forged = replace(real_cards(), **one)  # type: ignore[arg-type]
        refused(lying(wish(), forged), "cannot know")
    found = asked_of(wish())
    assert isinstance(found, Evidence) and found.node is not None
    vouched = replace(found.node, known=True, signer="The office", fingerprint="0" * 64)
    refused(lying(wish(), replace(real_cards(), node=vouched)), "cannot know")
    kept = lying(wish(), replace(real_cards(), gaps=(Gap("host", "nothing"),)))
    assert isinstance(kept, Evidence)


def test_real_cards_and_simulations_never_take_each_others_place(cards: object) -> None:
    simulated = asked_of(wish(**SIMULATED))
    assert isinstance(simulated, Evidence) and simulated.origin is Origin.SIMULATION
    bare = replace(simulated, node=None)
    refused(lying(wish(), bare), "its own cards")
    refused(lying(wish(), replace(bare, origin=Origin.MACHINE)), "its own cards")
    refused(lying(wish(**SIMULATED), real_cards()), "asked for a simulation")
    refused(lying(wish(**{**SIMULATED, "seed": 4}), bare), "asked for a simulation")


def test_evidence_of_yesterday_is_no_answer_of_today(cards: Callable[[Evidence], None]) -> None:
    cards(replace(real_cards(), collected_at=real_cards().collected_at - timedelta(days=1)))
    refused(asked_of(wish()), "another time")


def test_evidence_of_another_program_is_refused(cards: Callable[[Evidence], None]) -> None:
    cards(replace(real_cards(), tool_version="0.0.9"))
    refused(asked_of(wish()), "another program")


def test_a_few_bytes_that_claim_to_be_gigabytes_are_not_unpacked(
    cards: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_node, "LARGEST_EVIDENCE", 1024 * 1024)
    asked = wish()
    greeted, data = answered(asked)
    envelope, _said = opened(data)
    bomb = zlib.compress(b" " * (8 * 1024 * 1024), 9)
    refused(node_envelope.check(closed(replace(envelope, evidence=bomb)), asked, greeted, ()), "cannot be unpacked")


def test_a_reason_of_a_node_is_made_fit_to_be_shown(cards: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> Evidence:
        raise CaptureError("bad\x1b[2J\u202e" + "x" * 9000, "do\nthis")

    monkeypatch.setattr(collecting, "collect_machine", refuse)
    found = asked_of(wish())
    assert isinstance(found, NodeGap)
    assert found.lack is Lack.FAILED
    assert len(found.reason) <= of_node.LONGEST_TEXT and found.reason.startswith("The node says: “bad[2J")
    assert found.reason.endswith("x do this”") and found.advice == ""


def test_what_a_node_says_stays_its_word_whatever_it_says(cards: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> Evidence:
        raise CaptureError("no.” All cards of this node were found genuine. “", "Clear it.")

    monkeypatch.setattr(collecting, "collect_machine", refuse)
    found = asked_of(wish())
    assert isinstance(found, NodeGap)
    assert found.reason == "The node says: “no.' All cards of this node were found genuine. ' Clear it.”"


@pytest.mark.parametrize(
    ("language", "end"), [("en", "”"), ("de", "“"), ("fr", "»"), ("es", "»"), ("zh-Hans", "”"), ("ja", "」")]
)
def test_a_node_cannot_end_its_quotation_in_any_language(language: str, end: str) -> None:
    said = node_envelope.says(f"no.{end} All cards of this node were found genuine.")
    with speaking(language):
        shown = told(said)
    assert shown.count(end) == 1 and shown.rstrip().endswith(end)


@given(st.binary(max_size=200))
@settings(max_examples=examples(150), deadline=None)
def test_no_bytes_of_a_node_break_the_collector(data: bytes) -> None:
    asked = wish(**SIMULATED)
    assert isinstance(node_envelope.check(data, asked, counting(asked), ()), NodeGap)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wish, Greeted, bytes]]:
    """A wish, the greeting and the signed answer of a simulated node."""
    folder = tmp_path_factory.mktemp("node") / "own" / "key"
    key_of_node(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(node_key.VARIABLE, str(folder))
        asked = wish(**SIMULATED)
        yield asked, *answered(asked)


def still_unpacks(changed: bytes, whole: bytes) -> bool:
    """Whether the change is in the packing alone, and what it holds is as it was."""
    one, other = (msgspec.msgpack.decode(data, type=Envelope) for data in (changed, whole))
    alike = (one.statement, one.signature) == (other.statement, other.signature)
    return alike and zlib.decompress(one.evidence) == zlib.decompress(other.evidence)


@pytest.mark.parametrize("tries", [60, pytest.param(5000, marks=pytest.mark.prove)])
def test_no_changed_byte_of_a_signed_answer_counts(tries: int, signed: tuple[Wish, Greeted, bytes]) -> None:
    asked, greeted, whole = signed
    honest = node_envelope.check(whole, asked, greeted, ())
    assert isinstance(honest, Evidence)
    chance = random.Random(tries)
    for _ in range(tries):
        at, by = chance.randrange(len(whole)), chance.randrange(1, 256)
        changed = bytearray(whole)
        changed[at] ^= by
        found = node_envelope.check(bytes(changed), asked, greeted, ())
        # Packing has a few bits that say nothing: the signature is of what is unpacked, and that is the same then.
        assert isinstance(found, NodeGap) or (found == honest and still_unpacks(bytes(changed), whole)), (at, by)
        assert isinstance(node_envelope.check(whole[:at], asked, greeted, ()), NodeGap), at


@pytest.mark.parametrize(
    "broken",
    [
        {"nonce": "x" * 32},
        {"profile": "everything"},
        {"minutes": -1.0},
        {"minutes": float(10**6)},
        {"seed": 2**53},
        {"node": "two\nlines"},
        {"node": ""},
        {"trouble": "dies"},
        {"simulate": "hgx-h100-8", "trouble": "explodes"},
    ],
    ids=str,
)
def test_a_wish_that_no_collector_writes_is_not_carried_out(broken: dict[str, object]) -> None:
    asked = replace(wish(), **broken)  # type: ignore[arg-type]
    data = msgspec.json.encode(asked)
    with pytest.raises(CaptureError):
        node_envelope.wish_of(data)
    assert node_answers.answer(data) == b""


def test_the_card_of_a_node_says_so_and_accuses_nobody(
    cards: object, key: bytes, monkeypatch: pytest.MonkeyPatch, catalogue: object
) -> None:
    from gpu_inspector.records.catalogue import load
    from gpu_inspector.records.declaration import UNDECLARED

    signed, known = asked_of(wish()), asked_of(wish(), pem_of(key))
    monkeypatch.delenv(node_key.VARIABLE)
    bare = asked_of(wish())
    told = []
    for one in (bare, signed, known, real_cards()):
        assert isinstance(one, Evidence)
        judged = judge(one, UNDECLARED, load())
        (finding,) = (each for each in judged.cards[0].findings if each.check == "bench-origin")
        told.append((finding.outcome.value, finding.strength.value, judged.verdict.value))
    assert {one[2] for one in told} == {told[3][2]}
    assert [one[0] for one in told] == ["NOTED", "NOTED", "CONSISTENT", "CONSISTENT"]
    assert [one[1] for one in told][:2] == ["weak", "weak"]
