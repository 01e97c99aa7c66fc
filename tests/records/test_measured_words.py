"""The words for measured numbers: no finer than what was seen, with their units, and in the right number."""

import pytest
from silicon_records import memory_of

from gpu_inspector.records import measured_words as said
from gpu_inspector.records.silicon import Fold

MIB = 1 << 20


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        pytest.param(int(2.93 * MIB), "2.9 MiB", id="a small cache"),
        pytest.param(int(46.46 * MIB), "46 MiB", id="a large cache"),
        pytest.param(72 * MIB, "72 MiB", id="whole"),
        pytest.param(1 << 19, "510 KiB", id="less than a MiB"),
        pytest.param(17, "17 bytes", id="hardly anything"),
    ],
)
def test_a_size_that_was_inferred_has_two_digits(size_bytes: int, words: str) -> None:
    assert said.about_words(size_bytes) == words


@pytest.mark.parametrize(("bits", "words"), [(127.6, "128 bit"), (382.6, "383 bit"), (5068.2, "5,070 bit")], ids=str)
def test_a_width_that_was_inferred_has_three_digits(bits: float, words: str) -> None:
    assert said.bits_words(bits) == words


def test_one_thing_is_not_several() -> None:
    assert said.counted(1, "page", "pages") == "1 page"
    assert said.counted(0, "page", "pages") == "0 pages"
    assert said.counted(2048, "page", "pages") == "2,048 pages"
    fold = memory_of(4096, fold=Fold(page_level=True, pairs=1), aliased_words=65536, absent_words=1)
    assert "1 page of 2 MiB holds what was written to other pages" in said.fold_words(fold)
    assert "1 word read back as nothing" in said.fold_words(fold)


def test_a_comparator_that_was_not_proved_is_not_said_to_be() -> None:
    assert said.comparator_words(memory_of(4096)) == "software-injected faults found: 8 of 8"
    assert "not proved" in said.comparator_words(memory_of(4096, injected=0, found=0))
    assert said.comparator_words(memory_of(4096, injected=8, found=0)) == "software-injected faults found: 0 of 8"


@pytest.mark.parametrize("name", ["fp32-fma", "tensor-fp8"])
def test_an_operation_is_explained_beside_its_name(name: str) -> None:
    assert said.operation_words(name).endswith(f" ({name})")


def test_an_operation_of_another_version_keeps_its_name() -> None:
    assert said.operation_words("fp128-fma") == "fp128-fma"
