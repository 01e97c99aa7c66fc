"""What a terminal and a program are told of a judgement: what would have passed as well is among it."""

import pytest
from report.report_records import judged

from gpu_inspector.cli import show
from gpu_inspector.records import words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Judgement


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
