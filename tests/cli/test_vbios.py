"""`vbios` and the firmware options of `inspect`, from outside."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of
from rom_builder import Rom, build

from gpu_inspector.cli.main import main

Run = Callable[..., tuple[int, str, str]]

OF_THE_DUMP = Rom(
    version="95.02.79.00.04",
    version_text="Version 95.02.79.00.04",
    info_version="95.02.79.00.04",
    subsystem=(0x1458, 0x405F),
    power=(150_000, 450_000, 450_000),
)
"""An image that says what the generated dump of an RTX 4090 says."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "4090.rom"
    path.write_bytes(build(OF_THE_DUMP).data)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "card.xml"
    path.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    return path


def test_an_image_is_shown_line_by_line(run: Run, image: Path) -> None:
    status, out, err = run("vbios", image)
    assert (status, err) == (0, "")
    assert "95.02.79.00.04" in out and "10DE:2684" in out and "GDDR6X" in out


def test_two_dumps_of_one_image_do_not_differ_whatever_stands_before_them(
    run: Run, image: Path, tmp_path: Path
) -> None:
    wrapped = tmp_path / "nvflash.rom"
    wrapped.write_bytes(build(replace(OF_THE_DUMP, wrapper=2)).data)
    status, out, _err = run("vbios", image, wrapped)
    assert (status, out) == (0, "The images do not differ in anything that they say.\n")


def test_two_images_differ_field_by_field_and_the_exit_says_so(run: Run, image: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.rom"
    other.write_bytes(build(replace(OF_THE_DUMP, build_date="01/02/23")).data)
    status, out, _err = run("vbios", image, other)
    assert status == 3
    assert "\n  4090.rom: 2022-08-12\n  other.rom: 2023-01-02\n" in out


def test_two_dumps_of_one_name_are_told_apart_by_their_folders(run: Run, image: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    other = tmp_path / "again" / image.name
    other.write_bytes(build(replace(OF_THE_DUMP, build_date="01/02/23")).data)
    status, out, _err = run("vbios", image, other)
    assert status == 3 and f"\n  {image}: 2022-08-12\n  {other}: 2023-01-02\n" in out


def test_json_holds_both_readings_and_their_differences(run: Run, image: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.rom"
    other.write_bytes(build(replace(OF_THE_DUMP, sign_on="NVIDIA something else")).data)
    status, out, _err = run("vbios", image, other, "--json")
    document = json.loads(out)
    assert status == 3 and document["format"] == 1
    assert [one["bit"]["version"] for one in document["images"]] == ["95.02.79.00.04"] * 2
    assert any("NVIDIA something else" in row["other"] for row in document["differences"])


def test_what_is_no_image_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.rom"
    path.write_bytes(b"nothing of the kind")
    status, out, err = run("vbios", path)
    assert (status, out) == (1, "")
    assert err.startswith("gpu-inspector: ") and err.count("\n") == 1


def test_inspect_judges_a_handed_in_image_beside_the_dump(run: Run, dump: Path, image: Path, tmp_path: Path) -> None:
    ledger, capture = tmp_path / "l.sqlite", tmp_path / "c.json"
    status, out, _err = run(
        *("inspect", "--from", dump, "--vbios", image, "--ledger", ledger, "--report", tmp_path / "r.pdf"),
        *("--capture", capture, "--json"),
    )
    assert status == 10
    found = {one["check"]: one["outcome"] for one in json.loads(out)["cards"][0]["findings"]}
    assert found["firmware-image-ids"] != "INCONCLUSIVE"
    assert json.loads(capture.read_text())["cards"][0]["vbios"][0]["file_name"] == "4090.rom"


def test_inspect_takes_an_image_by_itself_as_a_file_of_unknown_origin(run: Run, image: Path, tmp_path: Path) -> None:
    status, out, _err = run(
        *("inspect", "--from", image, "--ledger", tmp_path / "l.sqlite", "--report", tmp_path / "r.pdf", "--json")
    )
    document = json.loads(out)
    assert (status, document["origin"]) == (10, "file of unknown origin")
    assert "2684" in document["cards"][0]["product"]


def test_an_image_of_another_card_shows_beside_the_dump(run: Run, dump: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.rom"
    foreign.write_bytes(build(replace(OF_THE_DUMP, device_id=0x2204)).data)
    status, out, _err = run(
        *("inspect", "--from", dump, "--vbios", foreign, "--ledger", tmp_path / "l.sqlite"),
        *("--report", tmp_path / "r.pdf", "--json"),
    )
    found = {one["check"]: one for one in json.loads(out)["cards"][0]["findings"]}
    assert found["firmware-image-ids"]["outcome"] in ("NOTED", "SUSPICIOUS")
    assert status in (10, 11)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--simulate", "genuine-4090", "--vbios", "x.rom"), id="simulation with an image"),
        pytest.param(("--from", "x.xml", "--read-vbios"), id="reading out of a file"),
        pytest.param(("--from", "x.xml", "--control-calls"), id="asking a file's driver"),
        pytest.param(("--vbios", "a", "--vbios", "b", "--vbios", "c"), id="three images"),
    ],
)
def test_what_cannot_be_meant_together_is_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("inspect", *arguments)[0] == 2


def test_no_output_falls_on_a_handed_in_image(run: Run, dump: Path, image: Path, tmp_path: Path) -> None:
    status, _out, err = run(
        "inspect", "--from", dump, "--vbios", image, "--capture", image, "--ledger", tmp_path / "l.sqlite"
    )
    assert status in (1, 2) and err
    assert image.read_bytes() == build(OF_THE_DUMP).data
