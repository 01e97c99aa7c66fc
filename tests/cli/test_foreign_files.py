"""`inspect --from` and `judge` with other people's files, from outside: exits, and what is printed of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cards import row_of
from foreign_files import (
    bug_report,
    dmesg,
    facts_of,
    gpu_z,
    gpu_z_card,
    gpu_z_xml,
    hwinfo_csv,
    hwinfo_text,
    lspci,
    packed,
)

from gpu_inspector.cli.main import main

Run = Callable[..., tuple[int, str, str]]
ROW = row_of("NVIDIA GeForce RTX 4090")
CARD = facts_of(ROW)
HONEST = {
    "gpu-z-text": gpu_z(CARD, comma=True).encode("cp1252"),
    "gpu-z-xml": gpu_z_xml(gpu_z_card(CARD)).encode("utf-16"),
    "hwinfo-csv": hwinfo_csv({0: ROW.name}).encode("cp1252"),
    "hwinfo-text": hwinfo_text(CARD).encode(),
    "lspci": lspci(CARD).encode(),
    "dmesg": dmesg(CARD).encode(),
    "bug-report": packed(bug_report(ROW)),
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.mark.parametrize("form", sorted(HONEST))
def test_a_file_of_unknown_origin_ends_inconclusive_whatever_its_name(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(HONEST[form])
    for command in (("inspect", "--from", path), ("judge", path)):
        status, out, err = run(*command)
        assert status == 10, err
        assert "INCONCLUSIVE" in out
        assert "RTX 4090" in out


@pytest.mark.parametrize(
    ("data", "status", "check"),
    [
        pytest.param(gpu_z(facts_of(ROW, memory_mib=49152)), 12, "memory-total", id="GPU-Z, twice the memory"),
        pytest.param(hwinfo_text(facts_of(ROW, memory_mib=49152)), 12, "memory-total", id="HWiNFO, twice the memory"),
        pytest.param(gpu_z(facts_of(ROW, device="1C82")), 12, "memory-total", id="a GTX 1050 Ti under its name"),
        pytest.param(lspci(facts_of(ROW, gen=1)), 11, "link-maximum", id="a mining board's link"),
        pytest.param(bug_report(ROW, bios="92.00.19.00.01"), 11, "identity-sources", id="sources that disagree"),
    ],
)
def test_an_altered_file_is_named_and_exits_with_its_verdict(
    run: Run, tmp_path: Path, data: str, status: int, check: str
) -> None:
    path = tmp_path / "report"
    path.write_text(data)
    exit_status, out, _ = run("inspect", "--from", path)
    assert exit_status == status
    assert check in out


def test_what_is_no_known_file_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "lspci.txt"
    path.write_text("00:02.0 VGA compatible controller [0300]: Intel Corporation X [8086:a780] (rev 04)\n")
    status, out, err = run("inspect", "--from", path)
    assert (status, out) == (1, "")
    assert "no graphics card of NVIDIA" in err


def test_a_report_is_drawn_of_a_foreign_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gpuz"
    path.write_bytes(HONEST["gpu-z-xml"])
    status, _, err = run("inspect", "--from", path, "--report", tmp_path / "r.pdf")
    assert status == 10, err
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
