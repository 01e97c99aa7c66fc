"""`tag` from outside, and the way back: a scanned text, a text that was tampered with, a photograph, another ledger."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from cards import row_of
from cli.test_other_commands import opened_by_a_forger
from dumps import dump_of
from PIL import Image, ImageDraw

from gpu_inspector import resources
from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import tag_text
from gpu_inspector.workflow import tagging

Captured = pytest.CaptureFixture[str]
EXHIBIT = "EX-4711"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of two inspections: a dump, then a sample, which is no real card."""
    folder = tmp_path_factory.mktemp("tags")
    dump = folder / "a.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(folder / "home"))
        ledger = ["--ledger", str(folder / "l.sqlite")]
        arguments = ["inspect", "--from", str(dump), "--exhibit", EXHIBIT, "--report", str(folder / "r.pdf")]
        assert main([*arguments, *ledger]) == 10
        sample = resources.root() / "samples" / "geforce-rtx-4090.xml"
        assert main(["inspect", "--from", str(sample), "--report", str(folder / "r.pdf"), *ledger]) == 10
    return folder / "l.sqlite"


@pytest.fixture
def ledger(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("GPU_INSPECTOR_LEDGER", str(made))
    monkeypatch.chdir(tmp_path)
    yield made


def said(ledger: Path, number: int = 1) -> str:
    with Ledger(ledger, readonly=True) as kept:
        entry, inspection = kept.inspection(number)
    return tag_text.said(entry, inspection, 1)


def photograph(path: Path, *texts: str) -> Path:
    """A grey table with codes on it, made by the reader's own library."""
    table = Image.new("L", (1200, 700 * max(1, len(texts))), 150)
    for place, text in enumerate(texts):
        code = zxingcpp.write_barcode_to_image(
            zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=8, add_quiet_zones=True
        )
        table.paste(Image.fromarray(code), (150, 60 + 700 * place))
    table.save(path)
    return path


def test_a_file_of_its_own_name_in_this_folder(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["tag", "1"]) == 0
    out = capsys.readouterr().out
    assert "1 tag of inspection 1 on 1 page: tag-1.pdf" in out
    assert "no verdict and no signature" in out
    assert (tmp_path / "tag-1.pdf").read_bytes().startswith(b"%PDF-")


def test_for_programs(ledger: Path, capsys: Captured) -> None:
    assert main(["tag", "1", "t.pdf", "--size", "a4-sheet", "--copies", "5", "--start", "22", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    with Ledger(ledger, readonly=True) as kept:
        name = kept.inspection(1)[1].id
    assert found == {"format": 1, "id": name, "number": 1, "cards": [1], "labels": 5, "pages": 2, "tag": "t.pdf"}


@pytest.mark.parametrize("way", ["one word", "many words", "small", "with an end of line"])
def test_the_scanned_text_leads_back(way: str, ledger: Path, capsys: Captured) -> None:
    text = said(ledger)
    typed = {"many words": text.split(), "small": [text.lower()], "with an end of line": [text + "\r\n"]}.get(
        way, [text]
    )
    assert main(["history", *typed]) == 0
    out = capsys.readouterr().out
    assert re.match(r" +1  \d{4}-", out) and "its tag is that of card 1 of 1" in out
    assert main(["history", *typed, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in found["inspections"]] == [1]
    assert [(one["number"], one["card"]) for one in found["tags"]] == [(1, 1)] and not found["tag_failures"]


def test_a_report_and_a_tag_by_the_scanned_text(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["report", said(ledger), "again.pdf"]) == 0
    assert "Inspection 1 of the ledger" in capsys.readouterr().out
    assert main(["tag", said(ledger), "one.pdf"]) == main(["tag", "1", "other.pdf"]) == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "other.pdf").read_bytes()


def test_what_is_no_real_card_is_called_so_on_the_way_back(ledger: Path, capsys: Captured) -> None:
    text = said(ledger, 2)
    assert text.startswith("GPU INSPECTOR SAMPLE TAG 2 ")
    assert main(["history", text]) == 0
    assert "SAMPLE – no real card" in capsys.readouterr().out


def other_digit(text: str) -> str:
    found = re.search(r"DIGEST (.)", text)
    assert found is not None
    return text[: found.start(1)] + ("0" if found[1] != "0" else "1") + text[found.end(1) :]


ALTERED = {
    "another digest": (1, other_digit, "has another digest"),
    "another row": (1, lambda text: text.replace("TAG 1", "TAG 2"), "here that inspection is number 1"),
    "a row that is not there": (1, lambda text: text.replace("TAG 1", "TAG 77"), "here that inspection is number 1"),
    "a card that is not there": (1, lambda text: text.replace("CARD 1", "CARD 2"), "one card, not 2"),
    "a sample without its word": (2, lambda text: text.replace("SAMPLE ", ""), "says otherwise"),
    "a card that is called simulated": (1, lambda text: text.replace("TAG", "SIMULATION TAG"), "says otherwise"),
}


@pytest.mark.parametrize("case", ALTERED)
@pytest.mark.parametrize("command", ["history", "report", "tag"])
def test_a_tag_that_does_not_fit_its_row(
    command: str, case: str, ledger: Path, tmp_path: Path, capsys: Captured
) -> None:
    number, change, sentence = ALTERED[case]
    out = [] if command == "history" else ["out.pdf"]
    assert main([command, change(said(ledger, number)), *out]) == 4
    told = capsys.readouterr()
    assert sentence in told.err and not told.out
    assert not (tmp_path / "out.pdf").exists()


def test_a_tag_of_another_ledger(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    text = said(ledger)
    Ledger(tmp_path / "empty.sqlite").close()
    for place in (tmp_path / "empty.sqlite", ledger):
        stranger = text if place != ledger else f"{text.rpartition(' ')[0]} {'0b7c9a52111142228333444455556666'}"
        assert main(["history", stranger, "--ledger", str(place)]) == 1
        told = capsys.readouterr()
        assert "There is no such inspection here" in told.err and not told.out
    assert main(["history", text, "--ledger", str(tmp_path / "none.sqlite")]) == 1


def test_a_row_that_was_altered_is_not_shown_as_the_tag_s(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    copy = tmp_path / "copy.sqlite"
    assert main(["ledger", "backup", str(copy)]) == 0
    text = said(ledger)
    with opened_by_a_forger(copy) as connection:
        connection.execute(
            "UPDATE inspection SET body = CAST(replace(CAST(body AS TEXT), 'EX-4711', 'EX-9999') AS BLOB) WHERE seq = 1"
        )
    capsys.readouterr()
    assert main(["history", text, "--ledger", str(copy)]) in (1, 4)
    told = capsys.readouterr()
    assert "altered" in told.err and "EX-9999" not in told.out


@pytest.mark.parametrize("length", [24, 60, 93])
def test_a_text_that_was_not_scanned_to_its_end(length: int, ledger: Path, capsys: Captured) -> None:
    assert main(["history", said(ledger)[:length]]) == 1
    assert "not the whole text of a tag" in capsys.readouterr().err


def test_words_are_searched_for_as_before(ledger: Path, capsys: Captured) -> None:
    assert main(["history", EXHIBIT, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tags"] == [] and found["tag_failures"] == []
    assert main(["history", "gpu", "inspector"]) == 0


def test_a_photograph_leads_back(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    path = photograph(tmp_path / "p.png", said(ledger), said(ledger, 2))
    assert main(["history", "--tag", str(path)]) == 0
    out = capsys.readouterr().out
    assert len([line for line in out.splitlines() if "its tag is that of card 1 of 1" in line]) == 2


def test_of_several_tags_the_worst_ends_it_and_the_good_ones_are_shown(
    ledger: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = photograph(tmp_path / "p.png", said(ledger, 2), other_digit(said(ledger)))
    assert main(["history", "--tag", str(path), "--json"]) == 4
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert [one["number"] for one in found["tags"]] == [2]
    assert len(found["tag_failures"]) == 1 and "another digest" in told.err


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + b"\0" * 500])
def test_a_picture_that_is_none(content: bytes, ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "p.jpg").write_bytes(content)
    assert main(["history", "--tag", str(tmp_path / "p.jpg")]) == 1
    assert "p.jpg" in capsys.readouterr().err


def test_a_picture_without_a_tag_and_with_a_foreign_code(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    for texts in ((), ("https://example.org/", "GPU INSPECTOR TAG 1 GENUINE")):
        assert main(["history", "--tag", str(photograph(tmp_path / "p.png", *texts))]) == 1
        assert "No tag was found on p.png" in capsys.readouterr().err
    blank = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(blank).rectangle((10, 10, 60, 60), fill=0)
    blank.save(tmp_path / "b.png")
    assert main(["history", "--tag", str(tmp_path / "b.png")]) == 1
    assert main(["history", "--tag", str(tmp_path / "nowhere.png")]) == 1
    assert main(["history", "words", "--tag", str(tmp_path / "b.png")]) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["tag", "9"], 1, "no row 9"),
        (["tag", "1", "--card", "2"], 1, "it has one card"),
        (["tag", "1", "--card", "none"], 2, "from 1, or all"),
        (["tag", "1", "--card", "0"], 2, "from 1, or all"),
        (["tag", "1", "--copies", "0"], 2, "copies"),
        (["tag", "1", "--size", "1x1"], 2, "1x1"),
        (["tag", "1", "--start", "2"], 1, "one place a page"),
        (["tag", "1", "kept.txt"], 1, "of another kind"),
        (["tag", "1", "no/such/folder.pdf"], 1, "There is no folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done(
    arguments: list[str], status: int, sentence: str, ledger: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "kept.txt").write_text("notes")
    assert main(arguments) == status
    assert sentence in capsys.readouterr().err
    assert (tmp_path / "kept.txt").read_text() == "notes"


def test_no_tag_falls_on_the_ledger(ledger: Path) -> None:
    assert main(["tag", "1", str(ledger)]) == 1
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == 2


def test_the_custody_log_tells_of_it(ledger: Path, capsys: Captured) -> None:
    assert main(["tag", "1", "noted.pdf", "--copies", "2"]) == 0
    capsys.readouterr()
    assert main(["ledger", "custody"]) == 0
    assert "2 tags of card 1; noted.pdf" in capsys.readouterr().out


def test_a_full_disk_leaves_an_older_file_as_it_was(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "t.pdf").write_bytes(b"%PDF-1.7 older")

    def full(_target: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tagging, "write_whole", full)
    assert main(["tag", "1", "t.pdf"]) == 1
    assert "No space left" in capsys.readouterr().err
    assert (tmp_path / "t.pdf").read_bytes() == b"%PDF-1.7 older"
