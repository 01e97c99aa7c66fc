"""Logs of memtest_vulkan, DCGM and MATS at the command line: recognised by content, judged, printed, never a pass."""

import json
from pathlib import Path

import pytest
from cards import genuine, row_of
from dumps import dump_of
from foreign_logs import FAILED, dcgm_new, dcgm_old, dcgm_text, error_block, mats, memtest, memtest_new, memtest_old

from gpu_inspector.cli.main import main
from gpu_inspector.probes import incoming
from gpu_inspector.records import canonical

INCONCLUSIVE = 10
"""The exit status of a card whose identity could not be decided."""
CAPTURE = canonical.encode(genuine(row_of("NVIDIA GeForce RTX 4090")))
FILES = {
    "memtest-vulkan": (
        memtest().encode(),
        memtest_old().encode("utf-16"),
        memtest_new(error=True).encode(),
        memtest(errors_later=error_block(9), end=FAILED).encode(),
    ),
    "dcgm-json": (dcgm_text(dcgm_old(2)), dcgm_text(dcgm_old(2, key="gpu_id")), dcgm_text(dcgm_new(4))),
    "mats": (mats().encode(), mats({"FBIOB0": (0, 1, 0)}, chip="TU102").encode()),
}
CASES = [pytest.param(form, data, id=f"{form} {nr}") for form, some in FILES.items() for nr, data in enumerate(some)]
ONE_EACH = [pytest.param(some[0], id=form) for form, some in FILES.items()]


@pytest.mark.parametrize(("form", "data"), CASES)
def test_each_form_is_known_by_its_content_alone(form: str, data: bytes) -> None:
    assert incoming.recognise(data) == form


def test_our_own_forms_keep_their_names() -> None:
    assert incoming.recognise(CAPTURE) == "capture"
    assert incoming.recognise(dump_of(row_of("NVIDIA GeForce RTX 4090"))) in ("xml", "text")


@pytest.mark.parametrize("data", ONE_EACH)
@pytest.mark.parametrize("command", [("inspect", "--from"), ("judge",)], ids=["inspect", "judge"])
def test_each_is_judged_and_never_clears(
    command: tuple[str, ...], data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(data)
    assert main([*command, str(path), "--json"]) == INCONCLUSIVE
    document = json.loads(capsys.readouterr().out)
    for card in document["cards"]:
        assert (card["verdict"], card["condition"]) == ("INCONCLUSIVE", "NOT EXAMINED")


def test_the_terminal_says_whose_word_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "memtest_vulkan.log"
    path.write_text(memtest(errors_later=error_block(9), end=FAILED))
    assert main(["inspect", "--from", str(path)]) == INCONCLUSIVE
    out = " ".join(capsys.readouterr().out.split())
    assert "Review of a file of unknown origin" in out
    assert "By other programs memtest_vulkan 0.5.0, log of memtest_vulkan: NVIDIA GeForce RTX 4090" in out
    assert "failed, by the file's word; 9 errors" in out
    assert "By the word of that file 1 test ended with errors" in out
    assert "writes no serial number, no subsystem" in out


def test_a_capture_with_the_serial_masked_holds_no_serial(tmp_path: Path) -> None:
    path, masked = tmp_path / "diag.json", tmp_path / "capture.json"
    path.write_bytes(FILES["dcgm-json"][2])
    main(["inspect", "--from", str(path), "--capture", str(masked), "--mask"])
    assert b"165292300210" not in masked.read_bytes() and b"2330" in masked.read_bytes()


def test_a_broken_capture_keeps_its_own_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(CAPTURE[:-40])
    assert main(["judge", str(path)]) == 1
    assert "capture" in capsys.readouterr().err
