"""What a typed marking means, said beside its field: an aid, from named sources, and never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records.catalogue import load
from gpu_inspector.workflow.marking_words import explain_die, explain_memory


def test_a_dies_lines_name_chip_bin_products_and_week() -> None:
    said = explain_die(("S TW 2231A1", "AD102-300-A1"), load())
    assert said.startswith("AD102 (Ada Lovelace), bin 300: NVIDIA GeForce RTX 4090")
    assert "week 31 of 2022" in said
    assert "packaged in TW" in said


def test_what_was_read_otherwise_than_it_was_typed_is_said() -> None:
    assert "“AD1O2-300-A1” is read as AD102-300-A1" in explain_die(("AD1O2-300-A1",), load())


def test_a_chip_that_no_table_has_is_said_so() -> None:
    assert "no table" in explain_die(("GB999-300-A1",), load())
    assert "no line" in explain_die(("painted over",), load())
    assert explain_die((), load()) == ""


@pytest.mark.parametrize(("marking", "start"), [("SEC 231 K4ZAF325BM HC16", "Samsung GDDR6, 16 Gbit; 16 Gbit/s")])
def test_a_memory_chips_marking_is_said_with_its_source(marking: str, start: str) -> None:
    assert explain_memory(marking, load()).startswith(start)


def test_a_memory_row_from_memory_is_shown_as_one() -> None:
    row = next((one for one in load().memory_codes if one.from_memory), None)
    if row is not None:
        assert "from memory" in explain_memory(row.marking, load())
    assert "decides nothing" in explain_memory("no such marking", load())
    assert explain_memory("  ", load()) == ""


@given(st.lists(st.text(max_size=40), max_size=20), st.text(max_size=200))
def test_any_text_gives_an_answer(lines: list[str], marking: str) -> None:
    assert len(explain_die(tuple(lines), load())) < 4000
    assert len(explain_memory(marking, load())) < 4000
