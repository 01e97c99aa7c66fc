"""Judging shared out: the judgements are those that are made here, in order, whatever a worker says."""

import zlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from cards import genuine, row_of
from fake_engine import FakeEngine

from gpu_inspector.cluster.engine import Mapped
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import audit_captures, reviewing, reviewing_apart
from gpu_inspector.workflow.judging import judge

PAPER = Declaration(product="NVIDIA H100 PCIe")


def pieces(count: int) -> list[Evidence]:
    made = genuine(row_of("NVIDIA H100 PCIe"))
    return [replace(made, file_name=f"{number}.json") for number in range(count)]


def test_each_piece_gets_the_judgement_that_is_made_here(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_captures, "CHUNK", 3)
    given = pieces(8)
    found = list(audit_captures.judgements(FakeEngine([]), given, PAPER))
    assert [one for one, _judgement in found] == given
    assert {canonical.encode(judgement) for _one, judgement in found} == {
        canonical.encode(judge(given[0], PAPER, catalogue))
    }


@pytest.mark.parametrize("said", [None, b"", b"\x00", zlib.compress(msgspec.msgpack.encode([b"{}"]))])
def test_what_no_worker_judged_soundly_is_judged_here(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, said: bytes | None
) -> None:
    monkeypatch.setattr(FakeEngine, "map", lambda _self, _function, given, timeout_s: backwards(given, said))
    monkeypatch.setattr(audit_captures, "CHUNK", 1)
    given = pieces(2)
    found = list(audit_captures.judgements(FakeEngine([]), given, PAPER))
    assert [one.file_name for one, _judgement in found] == ["0.json", "1.json"]
    assert found[0][1] == judge(given[0], PAPER, catalogue)


def backwards(given: object, said: bytes | None) -> list[Mapped]:
    assert hasattr(given, "__iter__")
    return [Mapped(index, said) for index, _data in enumerate(given)][::-1]


def test_a_folder_that_workers_judge_comes_out_as_without_them(tmp_path: Path, catalogue: Catalogue) -> None:
    for number in range(5):
        (tmp_path / f"{number}.json").write_bytes(canonical.encode(pieces(1)[0]))
    (tmp_path / "2a.txt").write_text("no output of any program", encoding="utf-8")
    (tmp_path / "9.txt").write_text("nor this", encoding="utf-8")
    here = tuple(reviewing.review_folder(tmp_path, PAPER, catalogue))
    apart = tuple(reviewing_apart.through(FakeEngine([]), tmp_path, PAPER, catalogue))
    assert [one.path.name for one in apart] == ["0.json", "1.json", "2.json", "2a.txt", "3.json", "4.json", "9.txt"]
    assert apart == here
