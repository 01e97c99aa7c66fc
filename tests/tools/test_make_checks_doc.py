"""From a finding's id to the function in two steps: docs/checks.md is what the code says now."""

import re
from functools import cache
from pathlib import Path

import pytest

from gpu_inspector.checks import ALL_CHECKS, thresholds
from gpu_inspector.checks.runner import Check
from gpu_inspector.records import forgery
from tools import checks_fooled, heuristics_page, make_checks_doc

README = (make_checks_doc.REPOSITORY / "README.md").read_text(encoding="utf-8")


@cache
def page() -> str:
    """Made when a test asks for it: it takes seconds, and every worker reads this module."""
    return make_checks_doc.page()


def _part(check: Check) -> str:
    start = page().index(f"\n## {check.id}\n")
    end = page().find("\n## ", start + 1)
    return page()[start : end if end > 0 else len(page())]


def test_the_committed_page_is_not_stale() -> None:
    committed = make_checks_doc.TARGET.read_text(encoding="utf-8")
    assert committed == page(), "docs/checks.md is stale: run python -m tools.make_checks_doc"


@pytest.mark.parametrize("check", ALL_CHECKS, ids=lambda check: check.id)
def test_a_check_has_its_anchor_its_reason_and_its_line(check: Check) -> None:
    part = _part(check)
    assert f"](#{check.id})" in page()
    assert check.title in part
    assert " ".join(check.reason.split()) in part
    found = re.search(r"\[`([^:`]+):(\d+)`\]", part)
    assert found
    line = (make_checks_doc.REPOSITORY / found[1]).read_text(encoding="utf-8").splitlines()[int(found[2]) - 1]
    assert line == f"def {check.answer.__name__}(" or line.startswith(f"def {check.answer.__name__}(")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        pytest.param(
            "memory-total", "Limit `SIZE_TOLERANCE` = `0.02` of the expected total:", id="of a helper's module"
        ),
        pytest.param("board-power", "Limit `POWER_SHARE` = `0.25` of the product's limit:", id="of its own module"),
        pytest.param("condition-heat", "Limit `CONTACT` = `45` K·mm²/W:", id="brought in by name"),
        pytest.param("condition-heat", "(from memory, calibrated on no card yet)", id="the source of a limit"),
        pytest.param("link-measured", "Limit `LANE_BYTES_PER_S[4]` = `1.96923e+09` bytes per", id="of a table"),
        pytest.param("identity-sources", "List `identity._AGREE` = ", id="a list"),
        pytest.param("identity-counterfeit-id", "- Source: pci.ids", id="a source"),
        pytest.param("die-measured", "- What fools this check: another chip of the same die", id="what fools it"),
        pytest.param("die-measured", "whoever controls the machine that it is measured on", id="who fools it"),
        pytest.param("die-eye-package", "[a die that was ground off and marked as another]", id="a forgery"),
        pytest.param("board-bar1", "- Innocent explanations: a host that maps little of it", id="an innocent one"),
    ],
)
def test_limits_and_sources_stand_with_the_check(check: str, words: str) -> None:
    assert words in _part(next(one for one in ALL_CHECKS if one.id == check))


def test_every_threshold_stands_in_one_table() -> None:
    table = page()[page().index("\n## thresholds\n") :]
    for name, limit in thresholds.all_limits().items():
        assert f"| `{name}` | {float(limit):g} | {limit.unit} | {limit.why} | {limit.source} |" in table


def test_conversions_of_units_are_no_limits() -> None:
    assert "`limit.MIB" not in page()


@pytest.mark.parametrize(
    ("check", "can", "cannot"),
    [
        pytest.param("bench-preload", ("CONSISTENT", "INCONCLUSIVE"), ("SUSPICIOUS", "CONTRADICTED"), id="preload"),
        pytest.param("die-measured", ("SUSPICIOUS", "CONTRADICTED"), ("NOT_APPLICABLE",), id="die"),
        pytest.param("firmware-vbios-prefix", ("SUSPICIOUS",), ("CONTRADICTED",), id="prefix"),
    ],
)
def test_what_a_check_can_answer_is_read_from_its_code(
    check: str, can: tuple[str, ...], cannot: tuple[str, ...]
) -> None:
    (line,) = re.findall(r"^- Can answer: (.*)$", _part(next(one for one in ALL_CHECKS if one.id == check)), re.M)
    said = line.split(", ")
    assert set(can) <= set(said)
    assert not set(cannot) & set(said)


@pytest.mark.parametrize("check", ALL_CHECKS, ids=lambda check: check.id)
def test_the_readme_says_of_a_check_what_its_code_can_say(check: Check) -> None:
    ((role, most),) = re.findall(rf"^\| `{check.id}` \| .* \| (\w+) \| (\w+) \|$", README, re.M)
    (can,) = re.findall(r"^- Can answer: (.*)$", _part(check), re.M)
    weights = ("CONSISTENT", "NOTED", "INCONCLUSIVE", "SUSPICIOUS", "CONTRADICTED")
    # In a supporting check INCONCLUSIVE weighs nothing.
    said = [one for one in can.split(", ") if one in weights and (role == "core" or one != "INCONCLUSIVE")]
    if check.id == "declaration-catalogue":
        said.remove("INCONCLUSIVE")  # it has nothing to do with the card
    assert role == check.role.value
    assert most == max(said, key=weights.index)


def test_it_is_written_where_it_is_told(tmp_path: Path) -> None:
    assert make_checks_doc.main(["--to", str(tmp_path / "checks.md")]) == 0
    assert (tmp_path / "checks.md").read_text(encoding="utf-8") == page()
    assert (tmp_path / "heuristics.md").read_text(encoding="utf-8") == heuristics_page.page()


def test_every_known_forgery_stands_behind_the_checks() -> None:
    part = page()[page().index("\n## forgeries\n") : page().index("\n## thresholds\n")]
    for one in forgery.KNOWN:
        assert f"\n### {one.id}\n" in part
        if not one.seen_by:
            assert "**no check**" in part[part.index(f"\n### {one.id}\n") :].split("\n### ")[1]


@pytest.mark.parametrize("check", ALL_CHECKS, ids=lambda check: check.id)
def test_a_check_that_rests_on_a_measurement_says_so(check: Check) -> None:
    measured = any(need.startswith("measured_") or need == "silicon" for need in check.needs)
    assert measured <= any("measured" in one for one in checks_fooled.rests_on(check))
