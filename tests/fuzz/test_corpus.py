"""Every input that the fuzzer kept, through the same targets again: what once broke a reader stays a test."""

import gzip
import hashlib

import pytest
from fuzz import running, seeds, targets
from fuzz.targets import TARGETS

NAMES = sorted(TARGETS)
MOST_BYTES = 400_000
"""Of the whole corpus: a repository is no place for heaps of noise."""


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_inputs_end_in_a_reading_or_a_sentence(name: str) -> None:
    for path, data in running.kept(name):
        try:
            targets.run(name, data)
        except Exception as error:
            raise AssertionError(f"{path.relative_to(running.ROOT)}: {type(error).__name__}: {error}") from error


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"pdf", "sealed-record"}))
def test_what_our_own_generators_write_is_read(name: str) -> None:
    """The fuzzer starts from sound inputs: from garbage alone it would not come far."""
    for data in seeds.seeds_of(name):
        TARGETS[name](data)
    assert name == "inner-calls" or len(seeds.words_of(name)) > 5


def test_a_broken_reader_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_data: bytes) -> None:
        raise KeyError("x")

    monkeypatch.setitem(TARGETS, "efi", breaks)
    with pytest.raises(KeyError):
        targets.run("efi", b"")


def test_the_corpus_is_small_and_each_file_is_what_its_name_says() -> None:
    files = [path for path in running.CORPUS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    assert {path.parent.name for path in files} <= set(NAMES)
    for path in files:
        data = gzip.decompress(path.read_bytes())
        assert path.name == f"{hashlib.sha256(data).hexdigest()[:16]}.gz"
