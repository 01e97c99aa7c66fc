"""Markings of memory chips: looked up in a list whose rows name their source; what is from memory says so."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.memory_marking import MOST_CHARACTERS, Chip, bytes_of, decode

CODES = load().memory_codes
IN_LIST = [one.marking for one in CODES]


def test_the_list_has_its_sources_and_no_two_rows_for_one_chip() -> None:
    assert len(set(IN_LIST)) == len(IN_LIST)
    assert all(one.source and one.density_gbit in (4, 8, 16, 24) and one.width_bits == 32 for one in CODES)
    assert all(one.from_memory == one.source.startswith("from memory") for one in CODES)
    assert all(one.marking.isalnum() and one.marking.isupper() for one in CODES)
    types = {row.memory_type for row in load().products}
    assert {one.type for one in CODES} <= types


def test_a_zero_that_was_typed_as_a_letter_never_makes_one_row_of_another() -> None:
    folded = [marking.replace("O", "0") for marking in IN_LIST]
    assert not [pair for pair in combinations(folded, 2) if pair[0] in pair[1] or pair[1] in pair[0]]


@pytest.mark.parametrize("code", CODES, ids=IN_LIST)
def test_every_row_is_found_by_its_marking_and_gives_each_of_its_speeds(code: object) -> None:
    row = next(one for one in CODES if one is code)
    for grade, rate in (dict[str, float | None](row.speeds_gbps) or {"": None}).items():
        found = decode(
            f"231 {row.marking[:7]} {row.marking[7:]} {grade}" if not row.whole else f"231 {row.marking}", CODES
        )
        assert found.code == row
        assert found.speed_gbps == rate
        assert (found.known is None) is row.from_memory


@pytest.mark.parametrize(
    ("typed", "marking", "speed"),
    [
        pytest.param("SEC 231 K4ZAF325BM HC16", "K4ZAF325BM", 16, id="as printed"),
        pytest.param("k4z af 325bm-hc14", "K4ZAF325BM", 14, id="apart, and in small letters"),
        pytest.param("2ZA77 D8BZC", "D8BZC", None, id="Micron's two lines"),
        pytest.param("SK hynix H56C8H24MJR S2C", "H56C8H24MJR", 14, id="with the maker's name"),
        pytest.param("K4ZAF325BM HC99", "K4ZAF325BM", None, id="a speed that no source gives"),
    ],
)
def test_chips_as_they_are_typed(typed: str, marking: str, speed: float | None) -> None:
    found = decode(typed, CODES)
    assert found.known is not None
    assert found.known.marking == marking
    assert found.speed_gbps == speed
    assert found.read == ""


def test_the_letter_o_for_a_zero_is_told() -> None:
    found = decode("K4Z8O325BC HC14", CODES)
    assert found.known is not None
    assert (found.read, found.speed_gbps) == ("K4Z80325BC", 14)


@pytest.mark.parametrize(
    "typed", ["", "   ", "D8BZ", "XD8BZCX", "K4ZAF325", "D8BZC D9WCW", "K4ZAF325BM K4Z80325BC", "???"]
)
def test_what_is_in_no_row_or_in_two_is_not_known(typed: str) -> None:
    found = decode(typed, CODES)
    assert found.code is None
    assert found.known is None


def test_the_maker_is_told_by_a_word_where_the_part_is_not_known() -> None:
    assert decode("SEC 231 K4X99999", CODES).vendor == "Samsung"
    assert decode("MICRON ?????", CODES).vendor == "Micron"
    assert decode("SECRET", CODES).vendor == ""


def test_twelve_chips_of_sixteen_gigabits_are_24_gib() -> None:
    code = decode("D8BZC", CODES).known
    assert code is not None
    assert bytes_of(code, 12) == 24 << 30


def test_the_version_of_the_data_covers_the_list(catalogue: Catalogue) -> None:
    from gpu_inspector import resources
    from gpu_inspector.records.catalogue import known_files

    names = resources.names("products", ".jsonl") + resources.names("products", ".json")
    files = {name.removeprefix("products/"): resources.read(name) for name in names} | known_files()
    assert Catalogue(files).version == catalogue.version
    changed = {**files, "markings/memory.jsonl": files["markings/memory.jsonl"] + b"\n"}
    assert Catalogue(changed).version != catalogue.version


@given(st.text(max_size=400) | st.sampled_from(IN_LIST))
def test_any_text_gives_a_chip_that_a_record_can_hold(text: str) -> None:
    found = decode(text, CODES)
    assert len(found.typed) <= MOST_CHARACTERS
    assert canonical.decode_plain(canonical.encode(found), Chip, "chip") == found
