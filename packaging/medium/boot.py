"""Starts the built medium in QEMU, as an inspector would, and says what was seen and how long it took.

    make medium-boot                 all: a data stick made, then UEFI with Secure Boot and BIOS
    python packaging/medium/boot.py --image FILE --out FOLDER [--only uefi|bios]

For each firmware: a plain start without a data stick, up to the window, with a picture of the screen; then the entry
"Try this medium", with the data stick's passphrase typed in: a simulated card is inspected, and the signed report is
taken out of the encrypted stick and verified on this machine. Exit status 0 where every step was done, else 1 with the
step that this machine refused.
"""
# ruff: noqa: T201

import argparse
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import stick
from emulator import Machine, Refused, bright, machine

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse battery"  # noqa: S105 - of a stick that lives as long as the test
SIGNED_BY_A_STRANGER = 3
"""The exit status of `verify`: intact, of a signer that this machine does not know."""
WINDOW = 0.15
"""The share of the screen that is light once the window stands there; a console's is about 0.01."""
BOOT_S = 1500.0
"""The longest that one step of a start may take: an emulated machine beside other work is slow."""


@dataclass
class Seen:
    """What one firmware's starts showed; times in seconds from the power button."""

    firmware: str
    plain_window: float | None = None
    try_window: float | None = None
    try_report: float | None = None
    report: Path | None = None
    lines: list[str] = field(default_factory=list)


def make_stick(image: Path, out: Path, place: Path, *, uefi: bool, memory: int) -> float:
    """The entry "Make a data stick", answered by keys; the seconds it took."""
    stick.blank(place)
    with machine(out, image, uefi=uefi, stick=place, memory_mib=memory) as one:
        one.choose("s", BOOT_S)
        one.wait_for("device wanted", BOOT_S)
        one.type("/dev/vda\n")
        one.wait_for("confirmation wanted", 60)
        one.type("ERASE\n")
        one.wait_for("new passphrase wanted", 60)
        pause(one, 5)
        one.type(PASSPHRASE + "\n")
        pause(one, 3)
        one.type(PASSPHRASE + "\n")
        one.wait_for("passphrase wanted", 600)
        pause(one, 4)
        one.type(PASSPHRASE + "\n")
        took = one.wait_for("stick made", 600)
        one.picture(out / "stick.png")
        one.press("ret")
        one.wait(lambda: not one.running, "switched off", 300)
        return took


def pause(one: Machine, seconds: float) -> None:
    """A prompt follows the line that announces it by a moment."""
    begun = one.seconds
    one.wait(lambda: one.seconds - begun > seconds, "a moment", seconds + 10)


def plain(image: Path, out: Path, seen: Seen, *, memory: int) -> None:
    """The first entry, without a data stick: the warning, Enter, and the window."""
    with machine(out, image, uefi=seen.firmware == "uefi", stick=None, memory_mib=memory) as one:

        def asked() -> bool:
            width, height, rgb = one.screen()
            red = sum(
                r > 150 and g < 60 and b < 60 for r, g, b in zip(rgb[0::21], rgb[1::21], rgb[2::21], strict=False)
            )
            return (width, height) != (0, 0) and red > 50

        seen.lines.append(f"warning without a data stick after {one.wait(asked, 'the warning', BOOT_S, 1.0):.0f} s")
        one.picture(out / "warning.png")
        one.press("ret")
        seen.plain_window = one.wait(lambda: bright(one.screen()[2]) > WINDOW, "the window", BOOT_S, 1.0)
        pause(one, 25)
        one.picture(out / "window.png")


def attempt(image: Path, out: Path, data: Path, seen: Seen, *, memory: int) -> None:
    """The entry "Try this medium", and its report out of the stick."""
    with machine(out, image, uefi=seen.firmware == "uefi", stick=data, memory_mib=memory) as one:
        one.choose("t", BOOT_S)
        one.wait_for("passphrase wanted", BOOT_S)
        pause(one, 4)
        one.type(PASSPHRASE + "\n")
        one.wait_for("data yes", 300)
        seen.try_window = one.wait_for("window shown", BOOT_S)
        pause(one, 20)
        one.picture(out / "try-window.png")
        one.wait_for("inspection ended", BOOT_S)
        seen.try_report = one.wait_for("report ", 120)
        one.picture(out / "try-after.png")
        one.wait(lambda: not one.running, "switched off", 300)
        told = one.told()
    seen.lines += re.findall(r"GPUI: (.+?)\s*$", told, re.MULTILINE)
    match = re.search(r"GPUI: report (\S+) ([0-9a-f]{64})", told)
    if match is None:
        raise Refused("The medium did not name its report.")
    clear = out / "clear.img"
    stick.decrypted(data, PASSPHRASE, clear)
    seen.report = out / match[1]
    stick.copied(clear, f"/gpu-inspector/{match[1]}", seen.report)
    clear.unlink()
    if hashlib.sha256(seen.report.read_bytes()).hexdigest() != match[2]:
        raise Refused("The report on the stick is not the one that the medium wrote.")


def verified(report: Path, image: Path, seen: Seen) -> str:
    """What `verify` of the very program on the medium says on this machine. Raises Refused."""
    program = report.parent / "program"
    wheel = next(iter(sorted((image.parent / "stage" / "wheel").glob("*.whl"))), None)
    where = {}
    if wheel is not None:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(program)
        where = {"PYTHONPATH": str(program)}
    command = [sys.executable, "-P", "-m", "gpu_inspector", "verify", str(report)]
    home = {"GPU_INSPECTOR_HOME": str(report.parent / "home"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, env={**home, **where}, capture_output=True, text=True, timeout=600, cwd=report.parent
    )
    seen.lines.append(f"verify {report.name}: exit status {done.returncode}")
    if done.returncode != SIGNED_BY_A_STRANGER:
        raise Refused(f"verify ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def medium_of(report: Path) -> dict[str, object]:
    """What the record in the report says of the medium it was made from."""
    from gpu_inspector.report import examine

    examination = examine.examine(report.read_bytes())
    record = json.loads(examination.record or b"{}")
    return dict((record.get("evidence", {}).get("host") or {}).get("medium") or {})


def main() -> int:
    """Exit status: 0, or 1 with the step that was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", type=Path, default=ROOT / "build" / "medium" / "gpu-inspector.iso")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "medium" / "boot")
    parser.add_argument("--only", choices=("uefi", "bios"))
    parser.add_argument("--steps", default="stick,plain,try", help="of stick, plain, try; a stick made before is kept")
    parser.add_argument("--memory", type=int, default=3072, help="MiB of the emulated machine")
    asked = parser.parse_args()
    if not asked.image.is_file():
        print(f"{asked.image} is not there: make medium builds it.")
        return 1
    image, out, steps = asked.image.resolve(), asked.out.resolve(), asked.steps.split(",")
    out.mkdir(parents=True, exist_ok=True)
    sums = image.parent / "SHA256SUMS"
    digest = hashlib.sha256(sums.read_bytes()).hexdigest() if sums.is_file() else ""
    data, firmwares = out / "stick.img", (asked.only,) if asked.only else ("uefi", "bios")
    everything = True
    if "stick" in steps:
        everything = guarded("data stick", partial(_stick, image, out, data, firmwares[0], asked.memory))
    for firmware in firmwares:
        seen = Seen(firmware)
        if "plain" in steps:
            step = partial(plain, image, out / f"{firmware}-plain", seen, memory=asked.memory)
            everything = guarded(f"{firmware}, plain start", step) and everything
        if "try" in steps and data.is_file():
            step = partial(_trial, image, out, data, seen, digest, asked.memory)
            everything = guarded(f"{firmware}, trial", step) and everything
        tell(seen)
    return 0 if everything else 1


def _stick(image: Path, out: Path, data: Path, firmware: str, memory: int) -> None:
    took = make_stick(image, out / "stick", data, uefi=firmware == "uefi", memory=memory)
    print(f"A data stick was made with the medium's own entry, {took:.0f} s after the power button.", flush=True)


def _trial(image: Path, out: Path, data: Path, seen: Seen, digest: str, memory: int) -> None:
    attempt(image, out / f"{seen.firmware}-try", data, seen, memory=memory)
    assert seen.report is not None
    print(verified(seen.report, image, seen))
    medium = medium_of(seen.report)
    print(f"The record names the medium: {json.dumps(medium)}")
    if not digest or medium.get("sha256") != digest:
        raise Refused(f"The report does not bear the digest of this image's list, {digest}.")


def guarded(what: str, step: Callable[[], None]) -> bool:
    """Whether a step was done; where not, its sentence is printed."""
    try:
        step()
    except (Refused, stick.Unreadable) as error:
        print(f"REFUSED: {what}: {error}", flush=True)
        return False
    print(f"done: {what}", flush=True)
    return True


def tell(seen: Seen) -> None:
    """Times and lines of one firmware."""

    def said(seconds: float | None) -> str:
        return "not reached" if seconds is None else f"{seconds:.0f} s"

    print(f"\n{seen.firmware.upper()}: from the power button (software emulation, this machine)")
    print(f"  plain start to the window:      {said(seen.plain_window)}")
    print(f"  trial: to the window:           {said(seen.try_window)}")
    print(f"  trial: to the signed report:    {said(seen.try_report)}")
    for line in seen.lines:
        print(f"  {line}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
