"""The developer's chapter: its picture is the code's own, and who follows its example has a check that works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from manual_commands import DOCS, ROOT, Block, blocks

from tools.manual import picture

PAGE = DOCS / "manual" / "developer.md"
BLOCKS = blocks(PAGE)
CHECK = "firmware-version-form"


def files() -> list[tuple[str, str]]:
    """(path, text) of the blocks that are files: their first line names them."""
    found = [(re.match(r"# (\S+\.py)\n", block.text), block.text) for block in BLOCKS if block.kind == "python"]
    return [(match[1], text.split("\n", 1)[1] + "\n") for match, text in found if match]


def patched(text: str, block: Block) -> str:
    """The text with the lines of the block that begin with + between the two that do not."""
    lines = block.text.splitlines()
    before = "\n".join(line[1:] for line in lines if not line.startswith("+"))
    assert text.count(f"{before}\n") == 1, before
    return text.replace(before, "\n".join(line[1:] for line in lines))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program and what its tests need, apart from this one."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "gpu_inspector", tmp_path / "gpu_inspector", ignore=ignored)
    shutil.copytree(ROOT / "resources", tmp_path / "resources")
    (tmp_path / "tests" / "checks").mkdir(parents=True)
    for name in ("cards.py", "conftest.py", "dumps.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def ran(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(copy), "GPU_INSPECTOR_HOME": str(copy / "home")}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=copy, env=surroundings, capture_output=True, text=True, check=False)


def test_the_example_gives_a_check_that_works(copy: Path) -> None:
    written = files()
    assert [path for path, _text in written] == [
        "gpu_inspector/checks/firmware_form.py",
        "tests/checks/test_firmware_form.py",
    ]
    for path, text in written:
        (copy / path).write_text(text, encoding="utf-8")
    listed = copy / "gpu_inspector" / "checks" / "__init__.py"
    changes = [block for block in BLOCKS if block.kind == "diff"]
    assert len(changes) == 2
    for change in changes:
        listed.write_text(patched(listed.read_text(encoding="utf-8"), change), encoding="utf-8")
    test = ran(copy, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/checks/test_firmware_form.py")
    assert test.returncode == 0, test.stdout
    assert "5 passed" in test.stdout
    changed = [*(path for path, _text in written), "gpu_inspector/checks/__init__.py"]
    for tool in (["check"], ["format", "--check"]):
        looked = ran(copy, "ruff", *tool, "--no-cache", *changed)
        assert looked.returncode == 0, looked.stdout
    sample = "resources/samples/geforce-rtx-4090.xml"
    judged = ran(copy, "gpu_inspector", "judge", sample, "--json")
    (card,) = json.loads(judged.stdout)["cards"]
    assert [one["outcome"] for one in card["findings"] if one["check"] == CHECK] == ["CONSISTENT"]


def test_the_products_line_gives_a_product(copy: Path) -> None:
    (line,) = (block.text for block in BLOCKS if block.kind == "json")
    with (copy / "resources" / "products" / "ada.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    found = ran(copy, "gpu_inspector", "products", "4090 X")
    assert found.returncode == 0, found.stderr
    assert "26FF" in found.stdout
    assert "120 (15360 cores)" in found.stdout


def test_the_picture_is_not_stale() -> None:
    committed = picture.TARGET.read_text(encoding="utf-8")
    assert committed == picture.picture(), "docs/architecture.svg is stale: run python -m tools.manual.picture"


def test_an_import_that_points_up_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "floors", lambda: list(reversed(floors)))
    with pytest.raises(ValueError, match="does not lie below"):
        picture.picture()


floors = picture.floors()


def test_the_arrow_that_follows_from_two_others_is_left_out() -> None:
    assert picture.needed({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == [("a", "b"), ("b", "c")]
