"""Nothing in the manual is a command that does not work: each is run, or at least held against the command line."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import batch_dumps
import packs
import pytest
from manual_commands import DOCS, ROOT, Said, meant, pages, refusal, said
from manual_stories import NOT_RUN, Stage, elsewhere, play, stage

from gpu_inspector import resources
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import tag_text

COMMANDS = [command for path in pages() for command in said(path)]
TOLD = sorted(
    path.relative_to(DOCS).as_posix() for path in (DOCS / "index.md", *(DOCS / "manual").glob("*.md")) if path.exists()
)
"""The pages whose blocks of `sh` are stories."""


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_the_command_line_takes_what_the_manual_says(command: Said) -> None:
    for words in meant(command):
        assert refusal(words, whole=not command.synopsis) == "", " ".join(words)


@pytest.fixture
def at(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return stage(tmp_path, tmp_path_factory.getbasetemp() / "office", monkeypatch)


@pytest.mark.parametrize("page", TOLD)
def test_a_page_of_the_manual_can_be_followed(page: str, at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = play(at, page, monkeypatch)
    assert not ran or any(one.status is not None for one in ran)


def _batch(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_dumps.write(at.folder / "incoming", 1, 20)
    at.run("gpu-inspector batch dumps/ --name first --report summary.pdf --reports reports/", monkeypatch)
    at.put |= {"17": "1", "/mnt": "dumps", "600": "1", "dumps/ --case": "dumps/ --name second --case"}


def _lots(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_dumps.write(at.folder / "captures", 1, 20)
    at.run("gpu-inspector inspect --from dumps/two.xml", monkeypatch)
    at.put["41"] = "1"


def _policy(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    at.run("gpu-inspector key new", monkeypatch)
    at.run("gpu-inspector key export head-office.pem", monkeypatch)
    for name in ("bench-2.pem", "authority.pem", "data.pem"):
        shutil.copy(at.folder / "head-office.pem", at.folder / name)
    at.run("gpu-inspector watchlist export rotterdam.json --number serial=1324520012345 --reason stolen", monkeypatch)


def _updates(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    packs.folder_with(at.folder / "newer", f"{datetime.now(UTC):%Y-%m-%d}", **packs.HALVED)
    office = elsewhere(at)
    office.run("gpu-inspector data write pack.json --from newer --note first", monkeypatch)
    office.run("gpu-inspector key export office.pem", monkeypatch)
    at.run("gpu-inspector inspect --from dumps/two.xml --report report.pdf", monkeypatch)
    kept = at.home / "reference" / "packs"
    at.put |= {"resources/": str(ROOT / "resources"), "2026-12-01+3f2a9c01b7de": lambda: next(kept.glob("*.json")).stem}


def _tags(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    at.run("gpu-inspector inspect --simulate hgx-h100-8 --no-measure", monkeypatch)
    with Ledger(at.home / "ledger.sqlite", readonly=True) as kept:
        tag = tag_text.said(*kept.inspection(1), 2)
    at.put |= {"GPU INSPECTOR TAG 17 CARD 2 …": tag, "GPU INSPECTOR TAG 17 …": tag, "17": "1"}


def _lists(at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_dumps.write(at.folder / "captures", 2, 20)
    at.run("gpu-inspector batch captures/", monkeypatch)
    at.run("gpu-inspector key export their-certificate.pem", monkeypatch)
    shutil.copytree(resources.root() / "products", at.folder / "newer-data")
    kept = at.home / "watch-lists"
    at.put |= {"--row 17 --row 23": "--row 1 --row 2", "17": "1", "3fa9": lambda: next(kept.glob("*.json")).stem[:10]}


def _audit(at: Stage, _monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    lines = ("node,rack,unit,simulate,seed", "n001,A1,1,genuine-h100-sxm,1", "n002,A1,3,genuine-h100-sxm,2")
    (at.folder / "trial.csv").write_text("\n".join(lines), encoding="utf-8")


PREPARED: dict[str, Callable[[Stage, pytest.MonkeyPatch], None]] = {
    "audit.md": _audit,
    "batch.md": _batch,
    "by-eye.md": lambda _at, _monkeypatch: None,
    "lots.md": _lots,
    "office-keys.md": lambda _at, _monkeypatch: None,
    "office-policy.md": _policy,
    "reference-updates.md": _updates,
    "support.md": lambda _at, _monkeypatch: None,
    "tags.md": _tags,
    "watch-lists.md": _lists,
}
"""The pages of the reference with blocks of commands, and what these need."""
ELSEWHERE = ("registry.md",)
"""Pages whose blocks are run by a test of their own, since several people and a server run them."""


@pytest.mark.parametrize("page", PREPARED)
def test_the_blocks_of_a_page_of_the_reference_run(page: str, at: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    PREPARED[page](at, monkeypatch)
    assert any(one.status is not None for one in play(at, page, monkeypatch, every_block=True))


def test_no_page_with_commands_is_left_out() -> None:
    with_blocks = {command.page for command in COMMANDS if not command.synopsis}
    assert with_blocks <= {*PREPARED, *TOLD, *ELSEWHERE}


def test_what_is_not_run_stands_in_the_manual() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages())
    assert [begins for begins in NOT_RUN if begins not in text] == []


def test_a_tag_with_the_number_of_an_example_in_its_digest_stays_whole(tmp_path: Path) -> None:
    tag = "GPU INSPECTOR TAG 1 CARD 2 DIGEST 141748F775B70DA7 INSPECTION 7C264204F2DB4BAC84673914838B8749"
    of_a_page = Stage(tmp_path, tmp_path, {"GPU INSPECTOR TAG 17 CARD 2 …": tag, "17": "1"})
    line = 'gpu-inspector history "GPU INSPECTOR TAG 17 CARD 2 …" --row 17'
    assert of_a_page.put_into(line) == f'gpu-inspector history "{tag}" --row 1'
