"""What leaves without personal data: every text field is decided on, and nothing that was typed is found in it."""

import dataclasses
import json
import typing
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cards import genuine, on_bench, row_of

from gpu_inspector.errors import CaptureError
from gpu_inspector.records import canonical, leaving
from gpu_inspector.records.appearance import Answered, Appearance, Label, LabelCode, Seen
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Binding, Case, Declaration, Photograph
from gpu_inspector.records.evidence import Evidence, Gap
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Inspection, Supersession
from gpu_inspector.records.keyed import DIGITS, key_id, key_of, keyed
from gpu_inspector.records.leaves import Leaves, allowed
from gpu_inspector.records.leaving_fields import LEAVE, NUMBERS, STAY
from gpu_inspector.records.medium import MediumReading
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.records.sighting import Likeness, Sighting
from gpu_inspector.workflow.inspecting import inspection_of

KEY = bytes(range(32))
SERIAL, UUID = "1324520012345", "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
SECRET = "Xanthippe"
"""Stands in every text that a person typed or a machine is called by."""


def texts_of(record: type, found: dict[str, object]) -> None:
    """Every text field that is reached from a record, without what is inside of a field that stays as a whole."""
    hints = typing.get_type_hints(record)
    for one in fields(record):
        where, hint = leaving.told(record, one.name), hints[one.name]
        if where in found:
            continue
        if where in STAY or leaving.is_text(hint):
            found[where] = hint
        if where in STAY:
            continue
        for inner in leaving.parts_of(hint):
            if is_dataclass(inner) and isinstance(inner, type):
                texts_of(inner, found)


def test_every_text_field_of_a_record_is_decided_on() -> None:
    found: dict[str, object] = {}
    texts_of(Inspection, found)
    undecided = found.keys() - STAY - LEAVE - NUMBERS.keys()
    assert not undecided, f"say in records/leaving_fields.py whether these may leave an office: {sorted(undecided)}"


def test_the_lists_name_no_field_twice_and_none_that_is_gone() -> None:
    found: dict[str, object] = {}
    texts_of(Inspection, found)
    assert not STAY & LEAVE
    assert not NUMBERS.keys() & (STAY | LEAVE)
    assert not (STAY | LEAVE | NUMBERS.keys()) - found.keys()


def test_a_text_field_that_nobody_decided_on_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclasses.dataclass(frozen=True)
    class Newer:
        figure: int = 1
        remark: str = ""

    (figure, remark) = leaving._plan(Newer)
    assert figure.emptied is leaving._LEAVES
    assert remark.emptied == ""


@pytest.fixture
def everywhere(catalogue: Catalogue) -> Inspection:
    """An inspection in which the secret stands wherever a person or a machine can have put it."""
    photograph = Photograph(sha256="ab" * 32, name=f"{SECRET}.jpg", size_bytes=1, caption=SECRET)
    case = Case(
        number=SECRET,
        inspector=SECRET,
        office=SECRET,
        place=SECRET,
        note=SECRET,
        seals=SECRET,
        binding=Binding(exhibit=SECRET, slot=SECRET),
        photographs=(photograph,),
    )
    typed: dict[str, Any] = {one.name: SECRET for one in fields(Declaration)}
    declared = Declaration(**{**typed, "memory_gb": 24, "quantity": 1, "modified": False})
    made = inspection_of(_evidence(), declared, case, catalogue)
    named = PolicyNamed(
        office=SECRET, number=3, made_at=made.made_at, digest="ab" * 32, signer=SECRET, fingerprint="cd" * 32
    )
    before = Supersession(seq=1, id=made.id, digest="ab" * 32, made_at=made.made_at, reason=SECRET)
    return replace(made, policy=named, supersedes=before, batch=SECRET)


def _evidence() -> Evidence:
    bench = {
        "system": SECRET,
        "kernel": f"6.1-{SECRET}",
        "preloaded": (f"/home/{SECRET}/a.so",),
        "steering": (SECRET,),
        "tracer": SECRET,
        "medium": MediumReading(name=SECRET, built_at="", tool_version="", sha256="ab" * 32, checked=None),
    }
    plain = on_bench(genuine(row_of("NVIDIA GeForce RTX 4090")), **bench)
    (card,) = plain.cards
    assert card.nvml is not None
    seen = Appearance(
        answers=(Answered(question="seal", seen=Seen.DEVIATES, note=SECRET),),
        label=Label(serial=SECRET, text=SECRET, codes=(LabelCode(kind="QR", text=SECRET),)),
    )
    card = replace(
        card,
        label=SECRET,
        nvml=replace(card.nvml, serial=SERIAL, uuid=UUID, absent=(Absence("fans", SECRET),)),
        seen=seen,
        gaps=(Gap("pci", SECRET, SECRET),),
    )
    sighting = Sighting(
        card=SECRET,
        matched=("serial",),
        row=1,
        inspection="x",
        digest="ab" * 32,
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
        office=SECRET,
        seen=Likeness(serial=SERIAL),
    )
    return replace(
        plain,
        cards=(card,),
        bystanders=(card,),
        file_name=f"{SECRET}.xml",
        notes=(SECRET,),
        log_signs=(SECRET,),
        sightings=(sighting,),
        gaps=(Gap("file", SECRET),),
    )


def test_nothing_that_was_typed_leaves(everywhere: Inspection) -> None:
    assert canonical.encode(everywhere).decode().count(SECRET) > 40
    assert SECRET not in canonical.encode(leaving.redacted(everywhere)).decode()
    assert SECRET not in canonical.encode(leaving.redacted(everywhere, KEY)).decode()


def test_what_decides_still_leaves(everywhere: Inspection) -> None:
    left = leaving.redacted(everywhere).inspection
    assert (left.id, left.made_at, left.judgement.verdict) == (
        everywhere.id,
        everywhere.made_at,
        everywhere.judgement.verdict,
    )
    (card,), (before,) = left.judgement.cards, everywhere.judgement.cards
    assert (card.product, card.identity, card.condition, card.control) == (
        before.product,
        before.identity,
        before.condition,
        before.control,
    )
    assert [(one.check, one.outcome, one.strength) for one in card.findings] == [
        (one.check, one.outcome, one.strength) for one in before.findings
    ]
    assert left.evidence.cards[0].pci == everywhere.evidence.cards[0].pci
    assert left.evidence.cards[0].label == card.label == "card 1"


def test_numbers_leave_as_they_are_or_keyed(everywhere: Inspection) -> None:
    plain = leaving.redacted(everywhere).inspection.evidence.cards[0].nvml
    assert plain is not None
    assert (plain.serial, plain.uuid) == (SERIAL, UUID)
    made = leaving.redacted(everywhere, KEY)
    text = canonical.encode(made).decode()
    assert SERIAL not in text
    assert UUID.casefold() not in text.casefold()
    assert made.key_id == key_id(KEY)
    assert keyed("serial", SERIAL, KEY) in text


def test_a_number_that_was_painted_over_leaves_in_no_form(everywhere: Inspection) -> None:
    (card,) = everywhere.evidence.cards
    assert card.nvml is not None
    masked = replace(card, nvml=replace(card.nvml, serial="0000000000000"))
    painted = replace(everywhere, evidence=replace(everywhere.evidence, cards=(masked,)))
    for key in (None, KEY):
        left = leaving.redacted(painted, key).inspection.evidence.cards[0].nvml
        assert left is not None
        assert not left.serial


@pytest.mark.parametrize("key", [None, KEY])
def test_what_left_is_told_from_what_was_written_into_it(everywhere: Inspection, key: bytes | None) -> None:
    made = leaving.redacted(everywhere, key)
    assert leaving.could_be(made, everywhere, key)
    body = canonical.encode(made).decode()
    there = SERIAL if key is None else keyed("serial", SERIAL, key)
    other = "1324520012346" if key is None else keyed("serial", "1324520012346", key)
    for old, new in (
        (f'"{there}"', f'"{other}"'),
        (f'"serial":"{there}"', '"serial":""'),
        ('"product":"NVIDIA GeForce RTX 4090', '"product":"NVIDIA GeForce RTX 4080'),
        ('"name":"NVIDIA GeForce RTX 4090"', '"name":"NVIDIA A100"'),
        ('"text":""', '"text":"a word more"'),
    ):
        assert old in body
        forged = canonical.decode(body.replace(old, new).encode(), leaving.Redacted, "redacted inspection")
        assert not leaving.could_be(forged, everywhere, key), new
    another = replace(everywhere, judgement=replace(everywhere.judgement, verdict=Identity.CONTRADICTED))
    assert not leaving.could_be(made, another, key)


def test_without_the_key_only_the_form_of_keyed_numbers_is_told(everywhere: Inspection) -> None:
    made = leaving.redacted(everywhere, KEY)
    for here in (None, bytes(32)):
        assert leaving.could_be(made, everywhere, here)
    body = canonical.encode(made).decode().replace(keyed("serial", SERIAL, KEY), SERIAL)
    forged = canonical.decode(body.encode(), leaving.Redacted, "redacted inspection")
    assert not leaving.could_be(forged, everywhere)


def test_another_edition_may_have_kept_a_text_that_leaves_today_or_let_one_leave(everywhere: Inspection) -> None:
    made = leaving.redacted(everywhere)
    (card,) = made.inspection.evidence.cards
    assert card.nvml is not None
    less = replace(card, nvml=replace(card.nvml, vbios_version=""))
    less_left = replace(made.inspection, evidence=replace(made.inspection.evidence, cards=(less,)))
    assert leaving.could_be(replace(made, inspection=less_left), everywhere)
    more_left = replace(made.inspection, batch=SECRET)
    assert leaving.could_be(replace(made, inspection=more_left), everywhere)


def test_a_redacted_inspection_passes_for_none(everywhere: Inspection) -> None:
    body = canonical.encode(leaving.redacted(everywhere))
    with pytest.raises(CaptureError):
        canonical.decode(body, Inspection, "inspection")
    assert canonical.decode(body, leaving.Redacted, "redacted inspection") == leaving.redacted(everywhere)
    assert json.loads(body)["kind"] == leaving.KIND
    with pytest.raises(CaptureError):
        canonical.decode(canonical.encode(everywhere), leaving.Redacted, "redacted inspection")


def test_whoever_takes_one_sees_what_should_have_stayed(everywhere: Inspection) -> None:
    for key in (None, KEY):
        made = leaving.redacted(everywhere, key)
        assert leaving.still_personal(made) == ()
    whole = set(leaving.still_personal(leaving.Redacted(inspection=everywhere)))
    assert {"Inspection.case", "Evidence.file_name", "Finding.text", "CardEvidence.label", "Gap.reason"} <= whole
    lying = leaving.Redacted(key_id=key_id(KEY), inspection=leaving.redacted(everywhere).inspection)
    assert "CardClaims.serial" in leaving.still_personal(lying)


def test_a_keyed_number_follows_from_kind_number_and_key_alone() -> None:
    said = keyed("serial", SERIAL, KEY)
    assert len(said) == DIGITS
    assert key_of(said) == key_id(KEY)
    assert keyed("uuid", f" {UUID.upper()} ", KEY) == keyed("uuid", UUID, KEY)
    others = (keyed("uuid", SERIAL, KEY), keyed("serial", SERIAL[:-1] + "6", KEY), keyed("serial", SERIAL, KEY[::-1]))
    assert len({said, *others}) == 4
    assert KEY.hex() not in said


@pytest.mark.parametrize(
    ("said", "numbers_keyed", "holds"),
    [
        pytest.param(("", ""), False, Leaves.NO_PERSONS, id="nobody says anything"),
        pytest.param(("", "everything"), False, Leaves.EVERYTHING, id="the settings, where no policy says it"),
        pytest.param(("digests", "everything"), False, Leaves.DIGESTS, id="a stricter policy"),
        pytest.param(("everything", "nothing"), False, Leaves.NOTHING, id="stricter settings"),
        pytest.param(("everything", ""), False, Leaves.EVERYTHING, id="the policy alone"),
        pytest.param(("", "everything"), True, Leaves.NO_PERSONS, id="keyed numbers and whole records"),
        pytest.param(("nothing", ""), True, Leaves.NOTHING, id="keyed numbers and nothing"),
    ],
)
def test_the_stricter_one_holds(said: tuple[str, ...], numbers_keyed: bool, holds: Leaves) -> None:
    assert allowed(said, numbers_keyed=numbers_keyed) is holds
