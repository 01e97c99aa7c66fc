"""Ten thousand edits of a ledger by strangers' hands: each is found, and each is named."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledger import edits
from lot_cards import lot

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.anchoring import Anchor
from gpu_inspector.ledger.checkpoints import Ground
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, checkpoint
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.firmware import BitReading, VbiosReading
from gpu_inspector.records.inspection import Inspection, LedgerEntry, Supersession
from gpu_inspector.records.lot_log import LotEntry

NewInspection = Callable[..., Inspection]

ROWS = 6
EDITS = 60
EDITS_TO_PROVE = 10_000
MOMENT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def _sign(ground: Ground) -> bytes:
    """A checkpoint as it is written; its signature is examined elsewhere, and here is a placeholder."""
    statement = checkpoint.Statement(
        seq=ground.seq,
        digest=ground.digest,
        root=ground.root,
        previous=ground.previous,
        custody_seq=ground.custody_seq,
        custody_digest=ground.custody_digest,
        made_at=MOMENT,
        office="Köln-Bonn",
        tool_version="0.1.0",
    )
    return checkpoint.file_of(canonical.encode(statement), b"signature " * 150)


def _lot_event(digest: str) -> Event:
    return Event(what=What.LOT, at=MOMENT, user="u", inspector="i", host="h", detail=f"{digest} opened")


def _with_image(inspection: Inspection, digit: str) -> Inspection:
    """A vBIOS image was read out of its first card."""
    table = BitReading(offset=0, checksum_ok=True, version="95.02.18.80.5F")
    image = VbiosReading(
        source="card", size_bytes=512, sha256=digit * 64, images_sha256="ab" * 31 + digit * 2, bit=table
    )
    first, *others = inspection.evidence.cards
    evidence = replace(inspection.evidence, cards=(replace(first, vbios=(image,)), *others))
    return replace(inspection, evidence=evidence)


def _made(path: Path, new_inspection: NewInspection) -> tuple[list[LedgerEntry], bytes, bytes]:
    """A ledger of six rows with its custody log: the entries, the last checkpoint's file, the file after four rows."""
    entries: list[LedgerEntry] = []
    older = b""
    with Ledger(path) as ledger:
        for number in range(1, ROWS + 1):
            # Two cards are alike, and one inspection takes another's place.
            inspection = new_inspection(serial=f"13245210{number // 2:05}", cards=1 + number % 2)
            if number % 3 == 0:
                inspection = _with_image(inspection, str(number))
            if number == 5:
                first = entries[1]
                replaced = Supersession(seq=2, id="a" * 8, digest=first.digest, made_at=MOMENT, reason="data")
                inspection = replace(inspection, supersedes=replaced)
            if number in (2, 5):
                ledger.lots.put(lambda _before: LotEntry(lot_id="x", opened=lot(9)), _lot_event)
            entries.append(ledger.append(inspection))
            event = Event(what=What.INSPECTED, at=MOMENT, user="u", inspector="i", host="h", seq=number)
            if number % 2:
                ledger.custody.note(event)
            else:
                file = ledger.checkpoints.keep(None, event, _sign)
            if number == 4:
                ledger.backup(path.with_name(f"{path.name}-older"))
                older = path.with_name(f"{path.name}-older").read_bytes()
    return entries, file, older


@pytest.fixture(scope="module")
def material(
    tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection
) -> tuple[edits.Material, list[LedgerEntry], Anchor]:
    """The ledger, what was given away of it, and other files to put in its place."""
    folder = tmp_path_factory.mktemp("material")
    entries, file, older = _made(folder / "ledger", new_inspection)
    _made(folder / "other", new_inspection)
    with Ledger(folder / "ledger", readonly=True) as ledger:
        bodies = tuple((seq, ledger.entry(seq)[1]) for seq in range(1, ROWS + 1))
    content = edits.Material((folder / "ledger").read_bytes(), older, (folder / "other").read_bytes(), bodies)
    return content, entries, Anchor("The checkpoint beside the ledger", file, checkpoint.read(file).statement)


def _said(path: Path, outside: tuple[Anchor, ...], entries: list[LedgerEntry]) -> tuple[str, list[str]]:
    """What `ledger verify` says with these checkpoints, and what it says against the reports of these entries."""
    try:
        with Ledger(path, readonly=True) as ledger:
            problem = ledger.verify(outside).problem or ""
            return problem, [reason for reason in map(ledger.holds, entries) if reason]
    except LedgerError as error:
        return str(error), [str(error)]


def test_the_untouched_ledger_is_whole(
    tmp_path: Path, material: tuple[edits.Material, list[LedgerEntry], Anchor]
) -> None:
    path = tmp_path / "ledger"
    for content, said in ((material[0].content, ""), (material[0].older, ""), (material[0].other, "")):
        path.write_bytes(content)
        assert _said(path, (), [])[0] == said
    path.write_bytes(material[0].content)
    assert _said(path, (material[2],), material[1]) == ("", [])


@pytest.mark.parametrize("count", [EDITS, pytest.param(EDITS_TO_PROVE, marks=pytest.mark.prove)])
def test_every_edit_is_found_and_named(
    count: int,
    tmp_path: Path,
    material: tuple[edits.Material, list[LedgerEntry], Anchor],
    capsys: pytest.CaptureFixture[str],
) -> None:
    content, entries, anchor = material
    path, chance = tmp_path / "ledger", random.Random(count)
    path.write_bytes(content.content)
    words = edits.beginnings(path)
    as_it_was = edits.read_whole(path, words)
    assert as_it_was is not None
    found: Counter[str] = Counter()
    unfound: list[str] = []
    for number in range(count):
        kind, edit = edits.one(path, chance, content)
        problem, reports = _said(path, *(((), []) if edit.needs == "inside" else ((anchor,), entries)))
        as_before = not problem and edit.may_be_nothing and edits.read_whole(path, words) == as_it_was
        if not problem and edit.may_be_nothing and not as_before:
            # The last checkpoint's signature: who holds that checkpoint has it, and `ledger verify` examines it.
            problem, reports = _said(path, (anchor,), entries)
        if as_before:
            found[f"{kind}, which changes nothing that SQLite reads"] += 1
        elif not re.search(edit.said, problem):
            unfound.append(f"{number} {kind}: {edit.what}: {problem!r}, expected {edit.said!r}")
        elif edit.needs == "outside" and kind in ("tail_cut", "swapped", "rechained") and not reports:
            unfound.append(f"{number} {kind}: {edit.what}: no report tells of it")
        else:
            found[kind] += 1
    if count > EDITS:
        with capsys.disabled():
            print(f"\n{count} edits: {len(unfound)} not found; {dict(found)}")
    assert not unfound, "\n".join(unfound)
