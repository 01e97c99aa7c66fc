"""Installs the archive for machines without a network where there is none, uses it and removes it: `make offline-test`.

    python packaging/offline/try.py [ARCHIVE] [--python python3.11]

Runs in a namespace of its own without any network (`unshare -n`, or `unshare -rn` without root), with a new HOME, no
variable of pip and no setting of pip. What is installed there must: inspect a simulated card, review a sample dump,
verify both reports, and leave nothing behind when it is removed. Before that, an archive with one altered byte must
be refused. Standard library alone.
"""
# ruff: noqa: T201

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = (("unshare", "-n"), ("unshare", "-rn"))
SIMULATED = "genuine-rtx-4090"
REVIEWED = {0, 10, 11}
"""What `inspect` may answer of a simulation or a sample: it looked, and contradicts nothing."""
LOOK = """
import socket, sys
names = [name for _, name in socket.if_nameindex()]
try:
    socket.create_connection(("192.0.2.1", 443), timeout=3).close()
except OSError as error:
    print("no network:", ", ".join(names), "alone;", error.strerror)
    sys.exit(names != ["lo"])
sys.exit(1)
"""


class Failed(Exception):
    """A step did not do what it must; the text says which."""


class Bare:
    """A shell of its own: no network, an empty HOME, hardly a variable."""

    def __init__(self, unshare: tuple[str, ...], home: Path) -> None:
        """`unshare` is the command that takes the network away."""
        self.unshare = unshare
        self.home = home
        keep = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
        self.variables = {**keep, "HOME": str(home), "TMPDIR": str(home.parent / "tmp")}
        (home.parent / "tmp").mkdir()

    def run(self, *command: str | Path, good: frozenset[int] | set[int] = frozenset({0})) -> str:
        """What it prints. Raises Failed where its exit status is none of these."""
        started = time.monotonic()
        done = subprocess.run(
            [*self.unshare, *map(str, command)], env=self.variables, cwd=self.home, capture_output=True, text=True,
            check=False, timeout=900,
        )  # fmt: skip
        words = ("(a look at the network)" if "\n" in str(one) else Path(one).name for one in command)
        shown = " ".join(words)[:90]
        print(f"  {time.monotonic() - started:6.1f} s  exit {done.returncode:<3} {shown}", flush=True)
        if done.returncode not in good:
            raise Failed(f"{shown}\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout + done.stderr


def without_network() -> tuple[str, ...] | None:
    """The command that takes the network away from another; None where this machine allows neither."""
    for command in NO_NETWORK:
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
        ):
            return command
    return None


def try_it(archive: Path, python: str, unshare: tuple[str, ...], folder: Path) -> None:
    """Raises Failed at the first step that does not do what it must."""
    home = folder / "home"
    home.mkdir()
    bare = Bare(unshare, home)
    print(bare.run(python, "-I", "-c", LOOK).strip())
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (inside,) = [one for one in folder.iterdir() if one.name.startswith("gpu-inspector-offline")]
    target = folder / "installed"
    script = ["sh", inside / "install.sh", "--python", python]
    altered(bare, inside, script, target)
    print(bare.run(*script, target).strip())
    program = target / "bin" / "gpu-inspector"
    bare.run(program, "--version")
    use(bare, program, target)
    kept = sorted(one.relative_to(home) for one in home.rglob("*") if one.is_file())
    print(bare.run("sh", inside / "install.sh", "--uninstall", target).strip())
    if target.exists():
        raise Failed(f"left behind: {sorted(target.rglob('*'))[:5]}")
    if sorted(one.relative_to(home) for one in home.rglob("*") if one.is_file()) != kept:
        raise Failed("removing the program changed the user's own files")
    print(f"Nothing of the program is left; the user keeps {len(kept)} files.")


def altered(bare: Bare, inside: Path, script: list[str | Path], target: Path) -> None:
    """One bit of one wheel, and a file that nobody listed: both must end it before anything is written."""
    wheel = min((inside / "wheels").glob("*.whl"), key=lambda one: one.stat().st_size)
    whole = wheel.read_bytes()
    wheel.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    said = bare.run(*script, target, good={1})
    wheel.write_bytes(whole)
    extra = inside / "wheels" / "more.whl"
    extra.write_bytes(b"x")
    also = bare.run(*script, target, good={1})
    extra.unlink()
    if target.exists() or wheel.name not in said or extra.name not in also:
        raise Failed(f"an altered archive was not refused cleanly: {said}{also}")


def use(bare: Bare, program: Path, target: Path) -> None:
    """An inspection of a simulated card and of the shipped sample, and both reports verified."""
    for name, given in (("simulation", ("--simulate", SIMULATED, "--profile", "quick")), ("sample", ())):
        report = bare.home / f"{name}.pdf"
        sample = next(target.glob("lib/python3*/site-packages/gpu_inspector/data/samples/*.xml"))
        asked = given or ("--from", sample)
        bare.run(program, "inspect", *asked, "--report", report, good=REVIEWED)
        answer = json.loads(bare.run(program, "verify", report, "--json", good={0, 3}))
        print(f"          {report.name}: {answer.get('verdict') or answer.get('answer') or sorted(answer)[:6]}")
    bare.run(program.with_name("python"), "-c", "from gpu_inspector.gui import app")
    # Nobody listens there; to say so it needs the library of PostgreSQL's that is in the archive.
    bare.run(program, "registry", "status", "--registry", "postgresql://nobody@127.0.0.1:1/none", good={3})
    said = bare.run(program, "audit", "--local", "1", "--no-measure", good={1})
    if "gpu-inspector[cluster]" not in said:
        raise Failed(f"audit did not say what to install: {said}")


def main() -> int:
    """Exit status: 0, 1 where a step failed, 77 where this machine cannot try it, with a sentence."""
    parser = argparse.ArgumentParser(description="Tries the archive for machines without a network.")
    parser.add_argument("archive", type=Path, nargs="?", help="archive (the newest in dist/)")
    parser.add_argument("--python", default=getattr(sys, "_base_executable", sys.executable), help="interpreter")
    asked = parser.parse_args()
    dist = Path(os.environ.get("GPU_INSPECTOR_DIST") or ROOT / "dist")
    found = sorted(dist.glob("gpu-inspector-offline-*.tar"), key=lambda one: one.stat().st_mtime)
    archive = asked.archive or (found[-1] if found else None)
    if archive is None or not archive.is_file():
        print("There is no archive to try: make offline.", file=sys.stderr)
        return 77
    unshare = without_network()
    if unshare is None:
        print(
            "Taking the network away needs root, or user namespaces that this kernel does not allow.", file=sys.stderr
        )
        return 77
    print(f"{archive.name}, {' '.join(unshare)}, {asked.python}")
    with tempfile.TemporaryDirectory(prefix="gpu-inspector-offline-") as folder:
        try:
            try_it(archive, asked.python, unshare, Path(folder))
        except (Failed, OSError, tarfile.TarError, subprocess.TimeoutExpired, ValueError) as error:
            print(f"FAILED: {error}", file=sys.stderr)
            return 1
    print("All of it works without a network.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
