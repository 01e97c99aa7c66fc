"""Forged reports by the thousand, through the whole of `verify`: none may be called intact, and no honest one altered.

Seeded, so that a failure can be made again: the message names shape, kind and number.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from report.forgery import flipped
from report.sealed import countersigned, office, stamped
from report.test_examine_attacks import ATTACKS
from report.test_examine_updates import HIDDEN

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import archive, countersign, document, signature
from gpu_inspector.report.signature import sign
from gpu_inspector.workflow import collecting, inspecting
from gpu_inspector.workflow.verifying import State, Verification, verify

NAMES = ("genuine-rtx-4090", "rtx-4090-48gb", "genuine-a100-80gb")
QUICK, PROVEN = 12, 2_000
"""Beside the first of each kind."""
HONEST_QUICK, HONEST_PROVEN = 6, 200


@cache
def record(seed: int) -> tuple[Inspection, LedgerEntry, bytes]:
    """An inspection of a simulated card's claims: the whole of a record, in milliseconds."""
    name = NAMES[seed % len(NAMES)]
    evidence = collecting.collect_simulation(name, seed, None, load())
    case = Case(number=f"C-{seed}", inspector="Test", place="Köln")
    inspection = inspecting.inspection_of(evidence, Declaration(memory_gb=24), case, load())
    body = canonical.encode(inspection)
    return inspection, entry_for(1 + seed, GENESIS, body), body


@cache
def pages_of(seed: int) -> bytes:
    inspection, entry, _body = record(seed)
    return document.draw(inspection, entry, signer=office().identity(office().officer).fingerprint)


def signed(seed: int, *, reviewer: bool = False, drawn: bytes | None = None, body: bytes | None = None) -> bytes:
    inspection, entry, own = record(seed)
    identity = office().identity(office().officer)
    pages = drawn or pages_of(seed)
    reason = inspecting.reason_of(entry)
    return sign(pages, body or own, entry, identity, reason=reason, place=inspection.case.place, reviewer=reviewer)


SHAPES: dict[str, Callable[[int], bytes]] = {
    "B-B": cache(lambda seed: signed(seed)),
    "B-LTA": cache(lambda seed: stamped(SHAPES["B-B"](seed))),
    "countersigned": cache(lambda seed: countersigned(signed(seed, reviewer=True))),
    "countersigned, B-LTA": cache(lambda seed: stamped(SHAPES["countersigned"](seed))),
    "B-LTA twice": cache(lambda seed: stamped(SHAPES["B-LTA"](seed))),
}
"""Each made once of each seed, from the one that comes before it."""


def looked_at(data: bytes) -> Verification:
    return verify(data, office().roots, load())


@pytest.mark.parametrize("seed", range(HONEST_QUICK))
def test_an_untouched_report_is_intact(seed: int) -> None:
    for shape, make in list(SHAPES.items())[seed % 2 :: 2]:
        found = looked_at(make(seed))
        assert found.state is State.TRUSTED, (shape, found.problems)


@pytest.mark.prove
def test_two_hundred_untouched_reports_are_intact() -> None:
    states = [looked_at(list(SHAPES.values())[seed % len(SHAPES)](seed)).state for seed in range(HONEST_PROVEN)]
    print(
        f"\n{len(states)} untouched reports of {len(SHAPES)} shapes: {states.count(State.TRUSTED)} intact and trusted"
    )
    assert states == [State.TRUSTED] * HONEST_PROVEN


def _flips(whole: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        whole = flipped(whole, chance.randrange(len(whole)), chance.randrange(8))
    return whole


def _cut(whole: bytes, chance: random.Random) -> bytes:
    return whole[: chance.randrange(len(whole))]


def _spliced(whole: bytes, chance: random.Random) -> bytes:
    place, size = chance.randrange(len(whole)), chance.randrange(1, 400)
    kind = chance.randrange(3)
    if kind == 0:
        return whole[:place] + whole[place + size :]
    if kind == 1:
        return whole[:place] + chance.randbytes(size) + whole[place:]
    return whole[:place] + whole[place : place + size] + whole[place:]


def _attacked(whole: bytes, chance: random.Random) -> bytes:
    return chance.choice(list(ATTACKS.values()))(whole)


def _updated(whole: bytes, chance: random.Random) -> bytes:
    """Hidden things in an update that no seal closes."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(whole))
    chance.choice(list(HIDDEN.values()))(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _sealed_update(_whole: bytes, chance: random.Random) -> bytes:
    """Hidden things in an update under a sound stamp or countersignature."""
    name, seed = chance.choice(list(HIDDEN)), chance.randrange(6)
    change = HIDDEN[name]

    class Hiding(signature._Writer):
        def write(self, stream: BytesIO) -> None:
            change(self)
            super().write(stream)  # type: ignore[no-untyped-call]

    with pytest.MonkeyPatch.context() as patch:
        if chance.random() < 0.5 and name != "field-in-the-list":  # the writer of the stamp's field refuses that form
            patch.setattr(archive, "_Writer", Hiding)
            return stamped(SHAPES["B-B"](seed))
        base = signed(seed, reviewer=True)
        patch.setattr(countersign, "_Writer", Hiding)
        return countersigned(base)


def _other_tail(_whole: bytes, chance: random.Random) -> bytes:
    """The updates of one report behind another one."""
    one, other = chance.sample(range(6), 2)
    first, second = SHAPES["B-B"](one), SHAPES["B-LTA"](other)
    return first + second[len(SHAPES["B-B"](other)) :]


def _before_signing(change: Callable[[pikepdf.Pdf], None], seed: int) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pages_of(seed))) as opened:
        change(opened)
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
    return signed(seed, drawn=out.getvalue())


def _repainted(_whole: bytes, chance: random.Random) -> bytes:
    """Other figures on a page, signed with the true key."""

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[chance.randrange(len(opened.pages))]
        data = page.Contents.read_bytes()
        numbers = list(re.finditer(rb"\d(?=[^()]*\) Tj)", data)) or list(re.finditer(rb"\d", data))
        place = chance.choice(numbers).start()
        page.Contents = opened.make_stream(
            data[:place] + (b"7" if data[place:][:1] != b"7" else b"3") + data[place + 1 :]
        )

    return _before_signing(change, chance.randrange(6))


def _page_gone(_whole: bytes, chance: random.Random) -> bytes:
    return _before_signing(
        lambda opened: opened.pages.__delitem__(chance.randrange(len(opened.pages))), chance.randrange(6)
    )


def _other_finding(_whole: bytes, chance: random.Random) -> bytes:
    """A changed conclusion, drawn and signed with the true key."""
    seed = chance.randrange(6)
    inspection, _entry, _body = record(seed)
    card = inspection.judgement.cards[0]
    number = chance.randrange(len(card.findings))
    old = card.findings[number].outcome
    outcome = chance.choice([one for one in Outcome if one is not old])
    findings = (*card.findings[:number], replace(card.findings[number], outcome=outcome), *card.findings[number + 1 :])
    judged = replace(card, findings=findings, identity=chance.choice(list(Identity)))
    lying = replace(inspection, judgement=replace(inspection.judgement, cards=(judged,)))
    body = canonical.encode(lying)
    entry, identity = entry_for(1 + seed, GENESIS, body), office().identity(office().officer)
    drawn = document.draw(lying, entry, signer=identity.fingerprint)
    return sign(drawn, body, entry, identity, reason=inspecting.reason_of(entry), place=lying.case.place)


def _other_record(_whole: bytes, chance: random.Random) -> bytes:
    """The pages of one inspection with the record of another, signed with the true key."""
    one, other = chance.sample(range(6), 2)
    return signed(one, body=record(other)[2])


MUTATIONS: dict[str, tuple[Callable[[bytes, random.Random], bytes], int]] = {
    "flips": (_flips, 8),
    "cut": (_cut, 2),
    "splice": (_spliced, 2),
    "attack": (_attacked, 3),
    "update": (_updated, 2),
    "sealed update": (_sealed_update, 2),
    "tail of another": (_other_tail, 1),
    "repainted": (_repainted, 2),
    "page gone": (_page_gone, 1),
    "other finding": (_other_finding, 2),
    "other record": (_other_record, 1),
}
"""Name -> how it is made, and how often among the others."""


def _kind(chance: random.Random) -> str:
    return chance.choices(list(MUTATIONS), [share for _make, share in MUTATIONS.values()])[0]


def _mutated(number: int) -> tuple[str, bytes]:
    chance = random.Random(number)
    kind = _kind(chance)
    shape = chance.choice(list(SHAPES))
    whole = SHAPES[shape](chance.randrange(6))
    while (changed := MUTATIONS[kind][0](whole, chance)) == whole:
        pass
    return f"{kind} of {shape}, number {number}", changed


def _found(number: int) -> str:
    """ "" where the forgery was found, else its name."""
    name, changed = _mutated(number)
    found = looked_at(changed)
    assert found.state in (State.ALTERED, State.TRUSTED, State.UNKNOWN_SIGNER)
    return "" if found.state is State.ALTERED or _is_an_earlier_revision(changed) else name


def _is_an_earlier_revision(changed: bytes) -> bool:
    """A file cut exactly where a revision ends is the report as it was then, and nothing forged."""
    if not changed.endswith(b"%%EOF\n"):
        return False
    return any(make(seed).startswith(changed) for make in SHAPES.values() for seed in range(6))


def _sample() -> list[int]:
    """The first forgery of each kind, and the first ones of all."""
    kinds = [_kind(random.Random(number)) for number in range(PROVEN)]
    return sorted({*map(kinds.index, MUTATIONS), *range(QUICK)})


@pytest.mark.parametrize("batch", range(4))
def test_a_sample_of_forgeries_is_found(batch: int) -> None:
    numbers = _sample()[batch::4]
    assert numbers and [name for number in numbers if (name := _found(number))] == []


@pytest.mark.prove
def test_two_thousand_forgeries_are_found() -> None:
    missed = [name for number in range(PROVEN) if (name := _found(number))]
    print(
        f"\n{PROVEN} forged reports, {len(MUTATIONS)} kinds: {PROVEN - len(missed)} found, missed: {missed or 'none'}"
    )
    assert missed == []
