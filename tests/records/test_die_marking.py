"""The lines of a die: what they say is taken apart, what was read otherwise is told, and nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.die_marking import MOST_CHARACTERS, MOST_LINES, DateCode, Marking, Taken, decode

REAL = ("S TW 2231A1", "N6G123.M1W", "AD102-300-A1", "QUAL SAMPLE")


def test_a_die_as_it_is_printed() -> None:
    found = decode(REAL)
    assert found.code is not None
    assert (found.code.die, found.code.bin, found.code.revision) == ("AD102", "300", "A1")
    assert found.packed == "TW"
    assert found.date == DateCode(year=2022, week=31, usual=True)
    assert found.sample == "QUAL SAMPLE"
    assert found.rest == ("N6G123.M1W",)
    assert found.taken == ()


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        pytest.param("GP104-200-A1", ("GP104", "200", "", "", "A1"), id="plain"),
        pytest.param("GP102-350-K1-A1", ("GP102", "350", "", "K1", "A1"), id="third part"),
        pytest.param("TU102-300A-K1-A1", ("TU102", "300", "A", "K1", "A1"), id="Turing's letter"),
        pytest.param("TU106-200A-KA-A1", ("TU106", "200", "A", "KA", "A1"), id="letters in the third part"),
        pytest.param("GA100-884AA-A1", ("GA100", "884", "AA", "", "A1"), id="two letters"),
        pytest.param("GB202-300-A1", ("GB202", "300", "", "", "A1"), id="Blackwell"),
        pytest.param("GB20B-900-A1", ("GB20B", "900", "", "", "A1"), id="a number that ends in a letter"),
        pytest.param("GF116-400-A1", ("GF116", "400", "", "", "A1"), id="Fermi"),
    ],
)
def test_the_forms_of_a_chips_code(line: str, parts: tuple[str, ...]) -> None:
    code = decode((line,)).code
    assert code is not None
    assert (code.die, code.bin, code.suffix, code.kit, code.revision) == parts
    assert code.text == line


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("AD1O2-300-A1", "AD102-300-A1"),
        ("ad102-3oo-a1", "AD102-300-A1"),
        ("AD102 - 300 - A1", "AD102-300-A1"),
        ("AD102 300 A1", "AD102-300-A1"),
        ("AD102–300–A1", "AD102-300-A1"),
    ],
)
def test_what_was_read_otherwise_than_it_was_typed_is_told(typed: str, read: str) -> None:
    found = decode((typed,))
    assert found.code is not None
    assert found.code.text == read
    assert found.taken == (Taken(typed=typed, read=read),)


def test_case_alone_is_no_correction() -> None:
    found = decode(("ad102-300-a1", "s tw 2231a1"))
    assert found.code is not None
    assert found.taken == ()
    assert found.packed == "TW"


@pytest.mark.parametrize(
    "typed", ["AD1I2-300-A1", "AD102-3S0-A1", "AD102-300", "A0102-300-A1", "AD1022-3000-A1", "4090"]
)
def test_what_is_not_certain_stays_text(typed: str) -> None:
    """I for 1, S for 5 and a letter for a zero in a name are guesses."""
    found = decode((typed,))
    assert found.codes == ()
    assert found.taken == ()
    assert found.rest == (typed,)


def test_two_different_chips_on_one_die_are_no_code() -> None:
    found = decode(("AD102-300-A1", "GA102-225-A1"))
    assert len(found.codes) == 2
    assert found.code is None
    assert decode(("AD102-300-A1", "AD102-300-A1")).code is not None


def test_a_laptops_chip_is_no_chips_code() -> None:
    found = decode(("GN20-E5-A1",))
    assert found.laptop == "GN20-E5-A1"
    assert found.codes == ()


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        pytest.param("S TW 2231A1", (DateCode(year=2022, week=31, usual=True),), id="as printed"),
        pytest.param("TAIWAN 1845", (DateCode(year=2018, week=45, usual=True),), id="behind the country"),
        pytest.param("2231", (DateCode(year=2022, week=31),), id="alone"),
        pytest.param("2200A1", (), id="no week"),
        pytest.param("2254A1", (), id="no year has so many weeks"),
        pytest.param("12345", (), id="five digits"),
        pytest.param("٢٢٣١", (), id="other digits"),
    ],
)
def test_date_codes(line: str, dates: tuple[DateCode, ...]) -> None:
    assert decode((line,)).dates == dates


def test_the_week_of_a_date_code() -> None:
    assert DateCode(year=2022, week=31).begins == date(2022, 8, 1)
    assert DateCode(year=2020, week=53).begins == date(2020, 12, 28)


def test_countries_that_differ_give_none() -> None:
    assert decode(("S TW", "KOREA")).packed == ""


def test_lines_beyond_the_last_are_counted_and_not_read() -> None:
    found = decode((*("x",) * MOST_LINES, "AD102-300-A1"))
    assert found.code is None
    assert found.unread_lines == 1


def test_the_code_of_every_gpu_part_number_is_read(catalogue: Catalogue) -> None:
    """Device id, bin, revision in software; die, bin, revision in print."""
    for row in catalogue.products:
        for number in row.gpu_part_numbers:
            _, bin_, revision = number.split("-")
            code = decode((f"{row.die}-{bin_}-{revision}",)).code
            assert code is not None, number
            assert (code.die, code.bin, code.revision) == (row.die, bin_, revision)


def test_the_name_of_every_die_is_read() -> None:
    for die in load().dies:
        code = decode((f"{die}-300-A1",)).code
        assert code is not None
        assert code.die == die


_LINES = st.lists(st.text(max_size=200) | st.sampled_from(["AD102-300-A1", "S TW 2231A1", "AD1O2 3OO A1"]), max_size=30)


@given(_LINES)
def test_any_text_gives_a_marking_that_a_record_can_hold(lines: list[str]) -> None:
    found = decode(tuple(lines))
    assert sum(map(len, found.rest)) <= MOST_LINES * MOST_CHARACTERS
    assert len(found.codes) + len(found.dates) <= MOST_LINES * MOST_CHARACTERS
    for one in found.dates:
        assert one.begins.year >= 2000 - 1
    assert canonical.decode_plain(canonical.encode(found), Marking, "marking") == found


@given(st.text(alphabet="ADGTU0123456789O- K", max_size=24))
def test_only_the_letter_o_is_ever_read_as_another_character(text: str) -> None:
    code = decode((text,)).code
    if code is not None:
        squeezed = "".join(character for character in text.upper() if character.isalnum())
        assert squeezed.replace("O", "0") == code.text.replace("-", "").replace("O", "0")
