"""Binding on paper: bound or not and why, the declarant's data marked as such, each photograph with its digest."""

from dataclasses import replace
from pathlib import Path

import pytest
from report.report_records import entry_of, inspection
from report.test_document import _text

from gpu_inspector.records import canonical
from gpu_inspector.records.declaration import (
    NO_CASE,
    SHOWS,
    Binding,
    Case,
    Declaration,
    Photograph,
    binding_sentence,
    unbound,
)
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report.document import draw

LABEL = inspection().judgement.cards[0].label


def _photograph(number: int, shows: str, **more: object) -> Photograph:
    return Photograph(sha256=f"{number:02x}" * 32, name=f"IMG_{number}.jpg", size_bytes=1000, shows=shows, **more)  # type: ignore[arg-type]


BOUND_CASE = Case(
    seals="found: A-1; put on: B-2",
    binding=Binding(exhibit="EX-0042", address=LABEL, slot="upper slot"),
    photographs=(
        _photograph(1, "slot", caption="riser taken out", taken_at="2026:11:24 09:59:58 +01:00", orientation=6),
        _photograph(2, "label", location_removed=True, original_sha256="ab" * 32, codes=("Code 128: 0325",)),
    ),
)


def _pages(case: Case, tmp_path: Path, declaration: Declaration | None = None) -> str:
    record = replace(inspection(), case=case)
    record = replace(record, declaration=declaration) if declaration is not None else record
    return _text(draw(record, entry_of(record)), tmp_path)


def test_a_bound_object_stands_with_all_its_facts(tmp_path: Path) -> None:
    text = _pages(BOUND_CASE, tmp_path)
    for words in (
        "object bound to this record: exhibit EX-0042",
        "Binding of object and record",
        f"This object is the card at {LABEL}.",
        "upper slot",
        "found: A-1; put on: B-2",
        "Photograph 1 of 2: card in its slot",
        "riser taken out",
        "2026:11:24 09:59:58 +01:00",
        "Exif orientation 6",
        " ".join(["01010101"] * 8),
        "Photograph 2 of 2: label of the card",
        "What could tell where it was taken was cut out",
        " ".join(["abababab"] * 8),
        "Code 128: 0325",
    ):
        assert words in text
    assert "not bound" not in text


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(
            NO_CASE,
            "the exhibit's tag, a photograph of its label, a photograph of it in its slot, the word which card it is",
            id="nothing",
        ),
        pytest.param(
            replace(BOUND_CASE, photographs=BOUND_CASE.photographs[:1]),
            "missing: a photograph of its label",
            id="no label",
        ),
        pytest.param(
            replace(BOUND_CASE, photographs=BOUND_CASE.photographs[1:]),
            "missing: a photograph of it in its slot",
            id="no slot",
        ),
        pytest.param(
            replace(BOUND_CASE, binding=replace(BOUND_CASE.binding, address="0000:99:00.0")),
            "missing: the word which card it is",
            id="another card",
        ),
        pytest.param(
            replace(BOUND_CASE, binding=replace(BOUND_CASE.binding, exhibit=" ")),
            "missing: the exhibit's tag",
            id="no tag",
        ),
        pytest.param(
            replace(BOUND_CASE, binding=Binding(absent=True)),
            "the inspector says that no object is at hand",
            id="no object",
        ),
    ],
)
def test_an_object_that_is_not_bound_is_said_to_be_so_twice(case: Case, said: str, tmp_path: Path) -> None:
    text = _pages(case, tmp_path)
    assert text.casefold().count("object not bound to this record") == 2
    assert said in text
    assert "object bound" not in text.casefold()


def test_two_cards_of_one_label_bind_nothing() -> None:
    assert unbound(BOUND_CASE, (LABEL,)) == ()
    assert unbound(BOUND_CASE, (LABEL, LABEL)) != ()
    assert binding_sentence(BOUND_CASE, ()).startswith("object not bound")


def test_the_declarants_data_are_marked_as_the_declarants(tmp_path: Path) -> None:
    declaration = Declaration(
        product="RTX 4090",
        quantity=4000,
        hs_code="8473.30",
        value="74,000 EUR",
        consignee="Beispiel GmbH",
        papers="MRN 26DE",
        serial="0325219012345",
        part_number="900-1G136",
    )
    text = _pages(NO_CASE, tmp_path, declaration)
    start = text.index("The declarant's data")
    section = text[start : text.index("Binding of object and record")]
    for words in ("Data of the declarant", "4,000", "8473.30", "74,000 EUR", "Beispiel GmbH", "MRN 26DE"):
        assert words in section
    assert text.count("0325219012345") == text.count("900-1G136") == 3  # in the columns, and beside what was found
    assert "The declarant's data" not in _pages(NO_CASE, tmp_path, Declaration())


def test_hostile_texts_and_a_flood_of_photographs_do_no_harm(tmp_path: Path) -> None:
    evil = "<b>x</b>\u202e" + "W" * 5000
    case = Case(
        seals=evil,
        binding=Binding(exhibit=evil, slot=evil, address=evil),
        photographs=tuple(
            Photograph(sha256=evil, name=evil, size_bytes=1, shows=evil, caption=evil, taken_at=evil, codes=(evil,) * 3)
            for _ in range(100)
        ),
    )
    text = _pages(case, tmp_path)
    assert "[U+202E]" in text
    assert "40 more photographs stand in the attached record." in text


def test_records_of_before_are_read_and_are_not_bound() -> None:
    record = inspection()
    old = canonical.encode(record)
    for field in (b'"absent":false,', b'"original_sha256":"",'):
        old = old.replace(field, b"")
    plain = canonical.plain(record)
    for name in ("seals", "binding", "photographs"):
        del plain["case"][name]
    for name in ("quantity", "hs_code", "value", "consignee", "papers", "serial", "part_number"):
        del plain["declaration"][name]
    earlier = canonical.encode(plain)
    for data in (old, earlier):
        again = canonical.decode(data, Inspection, "inspection")
        assert again == record
        assert canonical.is_of(data, again)
        assert unbound(again.case, (LABEL,)) != ()


def test_every_thing_that_a_photograph_can_show_has_words() -> None:
    assert {"label", "slot", "other"} <= set(SHOWS)
    assert all(SHOWS.values())
