"""The research table of known products, read in place: each of its outcomes is what our rules make of our figures.

The table stays outside of the repository; `GPU_INSPECTOR_REFERENCE` names its folder where it is not beside the
checkout.
"""

import csv
import os
import tomllib
from pathlib import Path

import pytest
from export_cases import COLUMNS, OUTCOMES, outcomes

from gpu_inspector import resources
from gpu_inspector.records.catalogue import EXPORT_ROWS, Catalogue
from gpu_inspector.records.export_products import figures_of
from tools import make_export_data

REFERENCE = Path(os.environ.get("GPU_INSPECTOR_REFERENCE", str(Path(__file__).parents[3] / "shared" / "reference")))
TABLE = REFERENCE / make_export_data.TABLE
pytestmark = [
    pytest.mark.field,
    pytest.mark.skipif(not TABLE.is_file(), reason="the research tables are not beside this checkout"),
]
_ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())) if TABLE.is_file() else []


@pytest.mark.parametrize("row", _ROWS, ids=[row["product"] for row in _ROWS])
def test_a_row_s_outcomes_follow_from_rules_and_figures(row: dict[str, str], catalogue: Catalogue) -> None:
    found = outcomes(catalogue.export_law, figures_of(row["product"], catalogue))
    for column, said in zip(COLUMNS, found, strict=True):
        assert said == row[column] or not row[column], column


def test_our_own_table_of_outcomes_is_the_same() -> None:
    assert {row["product"]: tuple(row[column] for column in COLUMNS) for row in _ROWS} == OUTCOMES


def test_the_committed_figures_are_those_of_the_table() -> None:
    made = make_export_data.made(TABLE.read_text(encoding="utf-8"))
    assert resources.read(EXPORT_ROWS).decode() == made, "stale: run python -m tools.make_export_data"


def test_our_limits_groups_and_days_are_those_of_the_research_rules(catalogue: Catalogue) -> None:
    held = tomllib.loads((REFERENCE / "export_rules.toml").read_text(encoding="utf-8"))
    law = catalogue.export_law
    theirs = {one["id"]: one for one in held["rule_set"]}
    renamed = {"dram_bw_gbs": "dram", "io_bw_gbs": "io", "sum_bw_gbs": "sum", "datacenter": "datacentre"}

    def conditions(when: list[list[list[object]]]) -> list[tuple[tuple[object, ...], ...]]:
        return [tuple((renamed.get(str(var), var), op, value) for var, op, value in one) for one in when]

    for rule in law.classification:
        assert theirs[rule.id]["effective_from"] == rule.effective_from
        assert theirs[rule.id].get("effective_to") == rule.effective_to
        assert theirs[rule.id].get("compliance_from") == rule.compliance_from
        assert theirs[rule.id]["verified"] == rule.verified
        if rule.paragraph:
            assert [conditions(one["when"]) for one in theirs[rule.id]["class"]] == [
                list(one.when) for one in rule.paragraph
            ]
    for one in law.overlay:
        assert theirs[one.id]["effective_from"] == one.since
        for case, their in zip(one.case, theirs[one.id].get("class", []), strict=True):
            assert list(case.when) == conditions(their["when"])
    for group, countries in law.countries.groups.items():
        assert len(countries) == len(held["country_groups"][group.replace(":", "")])
    assert held["meta"]["latest_cfr_text_seen"] == law.meta.latest_cfr_text_seen
