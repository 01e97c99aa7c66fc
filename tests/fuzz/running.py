"""Runs the fuzzer in a child process for a while, and keeps what it found: `python -m fuzz.running TARGET SECONDS`.

The corpus holds what no seed reaches: inputs that run code of ours which the seeds do not, the smallest that the
fuzzer came upon, and every input that once broke a reader. Each lies under its own digest, packed.
"""

import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import LONGEST, TARGETS, USUAL

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).resolve().parent / "corpus"
MOST_BYTES = 30_000
"""Of one target's corpus, packed; findings always stay."""
MOST_FILES = {"sealed-record": 8, "pdf": 16, "label": 40, "capture": 40}
"""Where a replay takes long; of the rest `USUAL_FILES`."""
USUAL_FILES = 60
SLOWEST_S = 20
"""Seconds that one input may take in the slowed-down child; on its own it takes a small part of that."""
MERGING_S = 1200
"""For sifting what a run found: each input is run again, and a PDF takes long."""
RSS_MB = 1024
"""Memory that the child may take: itself, what it loaded, and its largest input."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to: libFuzzer's exit status, its last words, and the inputs that broke something."""

    status: int
    log: str
    findings: tuple[bytes, ...]


def kept(name: str) -> Iterator[tuple[Path, bytes]]:
    """The corpus of a target: each file, and the input that it holds."""
    for path in sorted((CORPUS / name).glob("*.gz")):
        yield path, gzip.decompress(path.read_bytes())


def keep(name: str, data: bytes) -> Path:
    """Put an input into the corpus."""
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.gz"
    path.write_bytes(gzip.compress(data, mtime=0))
    return path


def fuzz(name: str, seconds: int, folder: Path) -> Outcome:
    """Run a target for that long; `folder` gets what it found on its way."""
    found, artifacts = folder / "found", folder / "artifacts"
    for one in (found, artifacts):
        one.mkdir()
    _put(folder / "start", [*_seeds(name), *(data for _, data in kept(name))])
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={RSS_MB}",
        f"-max_len={LONGEST.get(name, USUAL)}",
        f"-artifact_prefix={artifacts}/",
        f"-dict={_dictionary(name, folder)}",
        *("-detect_leaks=0", "-len_control=20", "-reload=0", "-print_final_stats=1"),
    ]
    status, log = _child(name, [*options, str(found), str(folder / "start")], folder, seconds + 300)
    broken = sorted(path for path in artifacts.iterdir() if not path.name.startswith("slow-unit"))
    return Outcome(status, log, tuple(path.read_bytes() for path in broken))


def grow(name: str, folder: Path) -> list[Path]:
    """Add to the corpus what a run found beyond it, as long as there is room; the smallest first."""
    before = {path.name for path in (folder / "start").iterdir()}
    options = ["-merge=1", f"-timeout={SLOWEST_S}", f"-rss_limit_mb={RSS_MB}", f"-max_len={LONGEST.get(name, USUAL)}"]
    try:
        status, log = _child(name, [*options, str(folder / "start"), str(folder / "found")], folder, MERGING_S)
    except subprocess.TimeoutExpired:
        print(f"{name}: what was found could not be sifted in {MERGING_S} s; nothing was added")
        return []
    assert not status, log[-3000:]
    new = [path.read_bytes() for path in (folder / "start").iterdir() if path.name not in before]
    held = [path.stat().st_size for path, _ in kept(name)]
    added: list[Path] = []
    for data in sorted(new, key=lambda one: (len(gzip.compress(one, mtime=0)), one)):
        held.append(len(gzip.compress(data, mtime=0)))
        if sum(held) > MOST_BYTES or len(held) > MOST_FILES.get(name, USUAL_FILES):
            break
        added.append(keep(name, data))
    return added


def _child(name: str, options: list[str], folder: Path, limit_s: int) -> tuple[int, str]:
    (folder / "home").mkdir(exist_ok=True)
    again = folder / "again"
    again.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fuzz.child {name} "$@"\n', encoding="utf-8")
    again.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.child", name, *options],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "GPU_INSPECTOR_HOME": str(folder / "home")}
        | {"FUZZ_AGAIN": str(again)}
        | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "QT_QPA_PLATFORM": "offscreen"},
        check=False,
        capture_output=True,
        timeout=limit_s,
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def _seeds(name: str) -> list[bytes]:
    from fuzz.seeds import seeds_of

    return seeds_of(name)


def _put(folder: Path, inputs: list[bytes]) -> None:
    folder.mkdir()
    for data in inputs:
        (folder / hashlib.sha256(data).hexdigest()[:32]).write_bytes(data)


def _dictionary(name: str, folder: Path) -> Path:
    from fuzz.seeds import words_of

    path = folder / "words"
    lines = ['"' + "".join(f"\\x{byte:02X}" for byte in word) + '"' for word in words_of(name)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def main() -> int:
    """Exit status: 0, or 1 where an input broke a reader; it is in the corpus then."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    assert name in TARGETS, f"one of {', '.join(TARGETS)}"
    with tempfile.TemporaryDirectory() as place:
        outcome = fuzz(name, seconds, Path(place))
        print("\n".join(outcome.log.splitlines()[-40:] if outcome.findings or outcome.status else []))
        print("\n".join(line for line in outcome.log.splitlines() if line.startswith("stat::")))
        broken = [keep(name, data) for data in outcome.findings]
        added = grow(name, Path(place))
    print(f"{name}: {len(broken)} findings {broken}, {len(added)} inputs added")
    return 1 if broken or outcome.status else 0


if __name__ == "__main__":
    sys.exit(main())
