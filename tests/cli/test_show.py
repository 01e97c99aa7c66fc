"""What a terminal and a program are told of a judgement: what would have passed as well is among it."""

from dataclasses import replace

import pytest
from report.report_records import judged

from gpu_inspector.cli import show
from gpu_inspector.records import words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Judgement, RankedProduct


def _judgement(*passing: str) -> Judgement:
    card = judged(would_pass=passing)
    return Judgement(verdict=Identity.INCONCLUSIVE, cards=(card,), tool_version="1", reference_version="2")


def test_what_would_have_passed_is_said_once_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    show.judgement(_judgement("a stone", "a \x1b[31mbrick"))
    out = capsys.readouterr().out
    assert out.count(words.WOULD_PASS) == 1
    assert f"{words.WOULD_PASS}: a stone, a [U+001B][31mbrick." in out


def test_an_older_judgement_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    show.judgement(_judgement())
    assert words.WOULD_PASS not in capsys.readouterr().out


def test_programs_get_it_as_a_list() -> None:
    assert show.json_of(_judgement("a stone"))["cards"][0]["would_pass"] == ["a stone"]
    assert show.json_of(_judgement())["cards"][0]["would_pass"] == []


_RANKED = (
    RankedProduct(name="RTX 3080 10 GB", fits=("measured: 68 multiprocessors",), against=("claimed, driver: \x1b[2J",)),
    RankedProduct(name="RTX 4090 24 GB", against=("measured: 68 multiprocessors, not 128", "claimed, PCI: device id")),
)


def test_the_best_fit_is_named_with_what_speaks_against_it(capsys: pytest.CaptureFixture[str]) -> None:
    card = judged(ranking=_RANKED)
    show.judgement(replace(_judgement(), cards=(card,)))
    out = capsys.readouterr().out
    assert "Best fit" in out
    assert "RTX 3080 10 GB (speaks against it: claimed, driver: [U+001B][2J)" in out
    assert "RTX 4090 24 GB (2)" in out
    show.judgement(_judgement())
    assert "Best fit" not in capsys.readouterr().out


def test_programs_get_the_whole_ranking() -> None:
    (first, second) = show.json_of(replace(_judgement(), cards=(judged(ranking=_RANKED),)))["cards"][0]["ranking"]
    assert first["name"] == "RTX 3080 10 GB"
    assert list(first["fits"]) == ["measured: 68 multiprocessors"]
    assert len(second["against"]) == 2
    assert show.json_of(_judgement())["cards"][0]["ranking"] == []
