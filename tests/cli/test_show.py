"""What a terminal and a program are told of a judgement: what would have passed as well is among it."""

import json
from dataclasses import replace

import pytest
from control_by_hand import CONTROLLED
from report.report_records import FINDINGS, inspection, judged
from seen_by_hand import NOTE, SILENT_CARD

from gpu_inspector.cli import show
from gpu_inspector.records import canonical, words
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Identity, Outcome
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
    document = json.loads(json.dumps(show.json_of(replace(_judgement(), cards=(judged(ranking=_RANKED),)))))
    (first, second) = document["cards"][0]["ranking"]
    assert first["name"] == "RTX 3080 10 GB"
    assert first["fits"] == ["measured: 68 multiprocessors"]
    assert len(second["against"]) == 2
    assert show.json_of(_judgement())["cards"][0]["ranking"] == []


def test_both_lines_of_the_control_class_stand_below_its_headline(capsys: pytest.CaptureFixture[str]) -> None:
    card = judged(control="3A090.a", control_class=CONTROLLED)
    found = replace(_judgement(), cards=(card,))
    show.judgement(found)
    out = capsys.readouterr().out
    assert "As codified         3A090.a; 3A090.a.1/a.2; licence required by this entry; in force from 2025-01-13" in out
    assert "As enforced         3A090.a" in out
    plain = json.loads(json.dumps(show.json_of(found)))["cards"][0]["control_class"]
    assert (plain["codified"]["entry"], plain["tpp"], plain["on"]) == ("3A090.a", 12104.0, "2026-11-26")
    assert json.loads(json.dumps(plain)) == json.loads(json.dumps(canonical.plain(CONTROLLED)))


def test_an_older_judgement_has_no_class_and_no_such_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show.judgement(_judgement())
    assert "As codified" not in capsys.readouterr().out
    assert show.json_of(_judgement())["cards"][0]["control_class"] is None


def test_what_was_seen_by_eye_stands_in_brief(capsys: pytest.CaptureFixture[str]) -> None:
    cards = (CardEvidence(label="0000:01:00.0", seen=replace(SILENT_CARD, board_marking="\x1b[31m")),)
    show.judgement(_judgement(), inspection(origin=Origin.SEEN, evidence_cards=cards).evidence)
    out = capsys.readouterr().out
    assert "Seen by eye           Power was put on it, and it does not start." in out
    assert "deviates: " in out and NOTE in out
    assert "die: S TW 2231A1 / AD102-300-A1" in out
    assert "\x1b[31m" not in out


def test_a_good_answer_beside_an_open_question_says_so_on_a_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    good = tuple(one for one in FINDINGS if one.outcome is Outcome.CONSISTENT)
    card = judged(identity=Identity.CONSISTENT, findings=good, control="3A090.a", control_class=CONTROLLED)
    show.judgement(replace(_judgement(), cards=(card,)), inspection().evidence)
    assert "an entry of the export-control list covers it" in capsys.readouterr().out
