"""The portable folder's window on a screen of its own (Xvfb): each page by its key, and a picture of each.

The pictures are Xvfb's own memory of the screen (X Window Dump), so that nothing but Xvfb and xdotool is needed.
"""

import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

from trial import Trial

WIDTH, HEIGHT = 1400, 900
OPENS_S = 60.0
SETTLES_S, PAGE_S = 0.5, 30.0
PAGES = ("bench", "case", "look", "run", "verdict", "history", "lots", "verify", "settings", "about")
TITLE = "GPU Inspector"


def pages(trial: Trial, pictures: Path) -> None:
    """Open it, go to each page, take a picture of each, and close it by its own key."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        trial.cannot("Xvfb or xdotool is missing, so the window was not opened: apt install xvfb xdotool.")
        return
    pictures.mkdir(parents=True, exist_ok=True)
    memory = trial.folder / "screen"
    memory.mkdir()
    number, told = os.pipe()
    call = [
        "Xvfb",
        "-displayfd",
        str(told),
        "-screen",
        "0",
        f"{WIDTH}x{HEIGHT}x24",
        "-fbdir",
        str(memory),
        "-nolisten",
        "tcp",
    ]
    screen = subprocess.Popen(call, pass_fds=[told], stderr=subprocess.DEVNULL)
    os.close(told)
    try:
        display = ":" + os.read(number, 16).decode().strip()
        _look(trial, trial.environ | {"DISPLAY": display}, memory / "Xvfb_screen0", pictures)
    finally:
        os.close(number)
        screen.terminate()
        screen.wait(10)


def _look(trial: Trial, environ: dict[str, str], memory: Path, pictures: Path) -> None:
    program = [*trial.command[:-1], f"{trial.command[-1]}-gui"]
    began = time.monotonic()
    window = subprocess.Popen(program, env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=trial.folder)
    try:
        found = ""
        while not found and window.poll() is None and time.monotonic() - began < OPENS_S:
            found = _ask(environ, "search", "--onlyvisible", "--name", TITLE).partition("\n")[0]
            time.sleep(0.05)
        trial.expect(f"the window is there after {time.monotonic() - began:.1f} s", bool(found))
        if not found:
            return
        _ask(environ, "windowsize", found, str(WIDTH), str(HEIGHT))
        _ask(environ, "windowmove", found, "0", "0")
        _ask(environ, "windowfocus", found)
        seen = set()
        for place, name in enumerate(PAGES, 1):
            _ask(environ, "key", f"ctrl+{place % 10}")
            seen.add(_settled(memory, seen, pictures / f"{place:02}-{name}.png"))
        defects = _defects(trial)
        trial.expect(f"no defect was met{': ' + defects if defects else ''}", not defects)
        trial.expect(f"{len(seen)} different pictures of {len(PAGES)} pages in {pictures}", len(seen) == len(PAGES))
        _ask(environ, "key", "ctrl+q")
        try:
            status = window.wait(20)
        except subprocess.TimeoutExpired:
            status = -1
        trial.expect(f"the window closes by its key, status {status}", status == 0)
    finally:
        if window.poll() is None:
            window.kill()
        said = window.communicate()[1].decode(errors="replace").strip()
        trial.expect(f"the window complained of nothing{': ' + said[-200:] if said else ''}", not said)


def _defects(trial: Trial) -> str:
    """What the program's log tells of its own defects."""
    log = trial.folder / "data" / "gpu-inspector.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    return " ".join(line for line in lines if '"event": "defect"' in line)[:400]


def _settled(memory: Path, seen: set[bytes], target: Path) -> bytes:
    """The picture of a page that was not shown before, once it stands still; the last one where none comes."""
    began, before = time.monotonic(), b""
    while True:
        time.sleep(SETTLES_S)
        now = _picture(memory.read_bytes(), target)
        drawn = now.count(0) < len(now) // 2  # until its window is drawn, the screen is black
        if (drawn and now == before and now not in seen) or time.monotonic() - began > PAGE_S:
            return now
        before = now


def _ask(environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(["xdotool", *words], env=environ, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout.strip()


def _picture(dump: bytes, target: Path) -> bytes:
    """The screen out of its dump (XWDFile.h: a head of 25 numbers, a table of colours, rows of 4 bytes a point)."""
    from PIL import Image

    head = struct.unpack(">25I", dump[:100])
    size, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
    points = dump[size + colours * 12 :][: row * height]
    picture = Image.frombuffer("RGB", (width, height), points, "raw", "BGRX", row, 1)
    picture.save(target)
    return picture.tobytes()
