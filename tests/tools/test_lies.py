"""The liar knows nothing of the checks, and every lie that shows is found: a sample here, all in `make prove`."""

import ast
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Finding, Outcome, Role
from tools import lie_trial, lies
from tools.lie_edits import told
from tools.lie_kinds import BOARD_PART, REASONS, Shows
from tools.lie_list import known
from tools.lies import all_lies, some_lies

TOOLS = Path(lies.__file__).parent
LIAR = ("lies.py", "lie_several.py", "lie_kinds.py", "lie_list.py", "lie_edits.py")
ALLOWED = {"collections.abc", "dataclasses", "enum", "functools", "json", "random", "re", "tools"}
XML = (
    "<gpu><product_name>A</product_name><fb_memory_usage>\n<total>1 MiB</total></fb_memory_usage>"
    "<pci_device_id>268410DE</pci_device_id></gpu>"
)
TEXT = "\n    Product Name : A\n    FB Memory Usage\n        Total : 1 MiB\n    Device Id : 0x268410DE\n"


@pytest.mark.parametrize("name", LIAR)
def test_the_liar_imports_nothing_of_the_program_and_opens_no_file(name: str) -> None:
    text = (TOOLS / name).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        modules = []
        if isinstance(node, ast.Import):
            modules = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules = [node.module or ""]
            if node.module == "tools":
                modules = [f"tools.{one.name}" for one in node.names]
        for module in modules:
            if module.startswith("tools."):
                assert f"{module.removeprefix('tools.')}.py" in LIAR
            else:
                assert module in ALLOWED
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "exec", "eval", "__import__", "compile")
    assert not re.search(r"gpu_inspector|jsonl|\.csv\b.*open", re.sub(r'""".*?"""', "", text, flags=re.DOTALL))


def test_there_are_2000_lies_of_every_field_and_the_same_ones_each_time() -> None:
    every = all_lies()
    assert len(every) == 2000
    assert len({(lie.base.name, lie.base.ids, lie.form, lie.kind, tuple(lie.change.items())) for lie in every}) == 2000
    assert every == all_lies()
    fields = {"name", "memory", "die", "vBIOS", "ids", "subsystem", "part number", "several"}
    assert {lie.field for lie in every} == fields
    assert Counter(lie.shows for lie in every)[Shows.YES] > 1400
    assert {lie.kind for lie in every} <= set(REASONS)
    assert {lie.form for lie in every} == {"xml", "text", "capture"}


def test_every_sort_of_lie_is_told() -> None:
    assert {lie.kind for lie in all_lies()} == set(REASONS)


@pytest.mark.parametrize(("form", "text"), [("xml", XML), ("text", TEXT)])
def test_the_forger_changes_one_line(form: str, text: str) -> None:
    changed = told(text, form, {"name": "B", "total": "49140", "device": "2204"})
    assert changed != text
    assert "49140 MiB" in changed
    assert "220410DE" in changed
    assert changed.count("\n") == text.count("\n")


def test_a_line_that_is_not_there_cannot_be_lied_about() -> None:
    with pytest.raises(ValueError, match="vbios_version"):
        told(XML, "xml", {"vbios": "95.02.00.00.01"})


def test_the_genuine_text_is_judged_before_it_is_lied_about() -> None:
    found = lie_trial.trial(some_lies(12, 1), workers=1)
    assert found.accused_bases == ()


def test_a_sample_of_the_lies_comes_out_as_it_should(catalogue: Catalogue) -> None:
    failed = [
        f"{one.lie.words}: {', '.join(one.said) or 'no accusation'}"
        for one in (lie_trial.tell(lie, catalogue) for lie in some_lies(60, lies.SEED))
        if one.missed
    ]
    assert not failed


def test_caught_is_not_named(catalogue: Catalogue) -> None:
    """A lie that another field's check stumbles over has not been named."""
    base = next(row for row in known() if row.name == "NVIDIA GeForce RTX 3080")
    lie = next(one for one in lies.lies_about(base) if one.change == {"name": "NVIDIA GeForce RTX 4090"})
    found = lie_trial.tell(lie, catalogue)
    assert found.caught and found.named and found.well
    foreign = lie_trial.tell(replace(lie, named=("no such value",)), catalogue)
    assert foreign.caught and not foreign.named and foreign.missed


@pytest.mark.parametrize(
    ("field", "named", "text", "about"),
    [
        pytest.param("memory", "8 GB", "It claims 8 GB.", True, id="a size"),
        pytest.param("memory", "8 GB", "The product has 48 GB.", False, id="a size within another"),
        pytest.param("memory", "192 MiB", "It claims 8,192 MiB.", False, id="the end of a number"),
        pytest.param("memory", "8,192 MiB", "It claims 8,192 MiB.", True, id="a whole number"),
        pytest.param("die", "128", "The bus has 1280 bits.", False, id="the beginning of a number"),
        pytest.param("ids", "2684", "The part number is 2684-300-A1.", False, id="an id within a part number"),
        pytest.param("name", "NVIDIA GeForce RTX 4090", "It is a GeForce RTX 4090 D.", False, id="not said"),
        pytest.param("name", "NVIDIA GeForce RTX 4090", "An NVIDIA GeForce RTX 4090 D.", False, id="a longer name"),
        pytest.param("name", "NVIDIA GeForce RTX 4090", "“NVIDIA GeForce RTX 4090”.", True, id="the name"),
    ],
)
def test_a_value_is_named_as_a_word_of_its_own(field: str, named: str, text: str, about: bool) -> None:
    check = {"memory": "memory-total", "die": "memory-bus-width"}.get(field, "identity-name")
    finding = Finding(check=check, title="t", role=Role.CORE, outcome=Outcome.SUSPICIOUS, text=text)
    lie = replace(all_lies()[0], field=field, named=(named,))
    assert lie_trial.is_about(finding, lie) is about
    assert not lie_trial.is_about(replace(finding, check="condition-wear"), lie)


def test_what_was_said_of_the_genuine_text_counts_for_no_lie(catalogue: Catalogue) -> None:
    """A lie that changes nothing is not caught by what the text had said all along."""
    base = next(row for row in known() if row.name == "NVIDIA L4")
    lie = next(one for one in lies.lies_about(base) if one.kind == BOARD_PART)
    noted = lie_trial.tell(lie, catalogue)
    assert noted.noted and not noted.missed
    lied_already = replace(base, board_part=lie.change["board_part"])
    nothing = lie_trial.tell(replace(lie, base=lied_already), catalogue)
    assert not nothing.noted and nothing.missed


@pytest.mark.prove
def test_all_lies(capsys: pytest.CaptureFixture[str]) -> None:
    found = lie_trial.whole()
    with capsys.disabled():
        print("\n" + "\n".join(found.lines))
    assert not found.missed
    assert not found.accused_bases
    # Tables of one source cannot accuse: these are known, few, and listed on the page.
    assert len(found.only_noted) <= 20
    assert all(one.well for one in found.of(Shows.NOTED))
