"""Tries every command of the portable folder, the window's pages, a smart card and the CUDA parts: `make bundle-test`.

    .venv/bin/python packaging/bundle/try.py [--folder dist/gpu-inspector] [--pictures FOLDER] [--cuda FOLDER]

Nothing of it needs a card or a network, and nothing is left behind. What cannot be tried here (no SoftHSM, no Xvfb, no
pdftoppm) is named, each with one sentence. Exit status: 0 where all that was tried went well, and every command that
the program names was run; 1 otherwise.
"""
# ruff: noqa: T201

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

import steps  # noqa: E402
import trying_card  # noqa: E402
import trying_registry  # noqa: E402
import trying_window  # noqa: E402
from trial import Trial  # noqa: E402

SAMPLE = steps.ROOT / "resources" / "samples" / "geforce-rtx-4090.xml"


def main() -> int:
    """Exit status as the module says."""
    parser = argparse.ArgumentParser(description="Tries every command of the portable folder.")
    parser.add_argument("--folder", type=Path, default=steps.ROOT / "dist" / steps.NAME)
    parser.add_argument("--pictures", type=Path, help="keep the pictures of the window's pages here")
    parser.add_argument("--cuda", type=Path, help="folder cuda of the second download, tried as well")
    asked = parser.parse_args()
    program = asked.folder.absolute() / steps.NAME
    if not program.is_file():
        print(f"There is no {program}: make bundle first.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="bundle-try-") as folder:
        trial = Trial(program, Path(folder))
        for part in (whole, inspections, ledger, lots, given, trying_registry.registry, audit, by_eye, smart_card):
            part(trial)
        cuda(trial, asked.cuda)
        trying_window.pages(trial, asked.pictures or trial.folder / "pictures")
        missing = sorted(commands(trial) - trial.done)
        trial.expect(f"every command was run{': not ' + ', '.join(missing) if missing else ''}", not missing)
    for sentence in trial.failed:
        print(f"FAILED: {sentence}", file=sys.stderr)
    print(f"{len(trial.done)} commands, {len(trial.failed)} failures, {len(trial.untried)} things not tried")
    return 1 if trial.failed else 0


def commands(trial: Trial) -> set[str]:
    """Every command that the program names in its help, groups' commands as "ledger verify"."""
    found = set()
    for name in _named(trial.run("--help")):
        inner = _named(trial.run(name, "--help"))
        found |= {f"{name} {one}" for one in inner} or {name}
    return found


def _named(text: str) -> list[str]:
    part = text.partition("\nCommands:\n")[2]
    return re.findall(r"^  ([a-z][a-z-]*)(?:\s|$)", part, re.MULTILINE)


def whole(trial: Trial) -> None:
    """It is the very program of the wheel, and its own files are looked at."""
    trial.run("--version")
    trial.run("doctor", status=(0, 1))
    said = json.loads(trial.run("doctor", "--json", status=(0, 1)))
    text = json.dumps(said)
    trial.expect("the program's own files are held against the installer's list", "recorded files" in text)
    package = trial.program.parent / "_internal" / "gpu_inspector"
    ask = "import sys; sys.path.insert(0, sys.argv[1]); from gpu_inspector.version import build; print(build())"
    place = str(steps.ROOT / "build" / "bundle" / "site")
    if not Path(place).is_dir():
        trial.cannot("The unpacked wheel of the last build is gone: make bundle, to compare both programs' digests.")
        return
    wheel = subprocess.run(
        [sys.executable, "-P", "-c", ask, place], capture_output=True, text=True, check=True, cwd="/"
    )
    own = json.loads(trial.run("inspect", "--simulate", "genuine-rtx-3060", "--profile", "quick", "--json"))
    built = own["tool_version"]
    trial.expect(
        f"the digest of the sources, {built}, is the wheel's, {wheel.stdout.strip()}", built == wheel.stdout.strip()
    )
    trial.expect("the package lies there file by file", (package / "checks" / "__init__.py").is_file())


def inspections(trial: Trial) -> None:
    """A dump and simulations; each report verified."""
    trial.run("inspect", "--from", SAMPLE, status=(10,))
    trial.run("inspect", "--simulate", "gtx-1050-ti-folded", "--profile", "quick", status=(12,))
    trial.run("list", status=(0, 1))
    trial.run("simulations")
    trial.run("checks")
    trial.run("products", "RTX 4090")
    trial.run("export-class", "H100 PCIe", "--destination", "CN")
    trial.run("judge", SAMPLE, status=(10,))
    trial.run("history")
    trial.run("report", "write", "1", "one.pdf")
    trial.run("report", "1", "again.pdf")
    trial.run("key", "export", "mine.pem")
    trial.run("verify", "one.pdf", status=(0, 3))
    trial.run("verify", "one.pdf", "--trust", "mine.pem")
    trial.run("judge", "one.pdf", status=(0,))
    trial.run("report", "upgrade")
    trial.run("report", "countersign", "one.pdf", status=(1,))
    trial.run("selftest", "--quick", status=(0, 1))
    image = _image()
    (trial.folder / "card.rom").write_bytes(image)
    trial.run("vbios", "card.rom")
    _codes(trial)


def _image() -> bytes:
    from rom_builder import Rom, build

    return build(Rom()).data


def _codes(trial: Trial) -> None:
    """The report's code and a tag's, read back by the program's own reader."""
    trial.run("tag", "1", "tag.pdf")
    if shutil.which("pdftoppm") is None:
        trial.cannot("pdftoppm is missing, so no code was read back: apt install poppler-utils.")
        return
    for name in ("tag", "one"):
        subprocess.run(
            ["pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", f"{name}.pdf", name], cwd=trial.folder, check=True
        )
        picture = next(iter(sorted(trial.folder.glob(f"{name}-*.png"))))
        trial.run("history", "--tag", picture)


def ledger(trial: Trial) -> None:
    """Everything that is done with the ledger."""
    for words in (("verify",), ("backup", "copy.sqlite"), ("export", "rows.jsonl", "--signed"), ("custody",)):
        trial.run("ledger", *words)
    trial.run("ledger", "check-export", "rows.jsonl", status=(0, 3))
    trial.run("ledger", "checkpoint", "point.json")
    trial.run("ledger", "prove", "1", "proof.json")
    trial.run("ledger", "check-proof", "proof.json", status=(0, 3))
    trial.run("ledger", "rejudge")
    trial.run("ledger", "restore", "copy.sqlite", "--ledger", trial.folder / "restored.sqlite")
    trial.run("control-card", "set", "1")
    trial.run("control-card", "show", "--simulation")
    trial.run("control-card", "forget", "--simulation")


def lots(trial: Trial) -> None:
    """Lots, watch-lists, batches."""
    trial.run("lot", "new", "boxes", "--declared", "2")
    trial.run("lot", "add", "boxes", SAMPLE, status=(10, 11, 12))
    trial.run("lot", "status", "boxes", status=(0, 10, 11, 12, 13))
    trial.run("lot", "report", "boxes", "lot.pdf", status=(0, 10, 11, 12, 13))
    trial.run("verify", "lot.pdf", status=(0, 3))
    trial.run(
        "watchlist",
        "export",
        "list.json",
        "--number",
        "serial=1234567890123",
        "--reason",
        "a trial",
        "--office",
        "an office",
    )
    trial.run("watchlist", "import", "list.json")
    kept = json.loads(trial.run("watchlist", "list", "--json"))
    digest = re.search(r'"(?:digest|id|sha256)": "([0-9a-f]{8,64})"', json.dumps(kept))
    trial.run("watchlist", "remove", digest[1] if digest else "0")
    folder = trial.folder / "dumps"
    folder.mkdir()
    shutil.copyfile(SAMPLE, folder / "card.xml")
    known = _named(trial.run("--help"))
    if "batch" in known:
        trial.run("batch", folder, status=(0, 10, 11, 12, 13))
    if "watch" in known:
        trial.run("watch", folder, "--until-idle", "1", status=(0, 10, 11, 12, 13))


def given(trial: Trial) -> None:
    """Signed reference data and the office's policy."""
    known = _named(trial.run("--help"))
    if "data" in known:
        trial.run("data", "write", "data.json", "--note", "a trial")
        trial.run("data", "install", "data.json", "--trust", "mine.pem", status=(0, 1))
        for words in (("list",), ("show",), ("use", "own"), ("remove", "2000-01-01+000000000000")):
            trial.run("data", *words, status=(0, 1))
    if "policy" in known:
        trial.run("policy", "write", "policy.json", "--office", "an office", "--number", "1", "--mandatory", "case")
        trial.run("policy", "check", "policy.json", status=(0, 3))
        trial.run("policy", "install", "policy.json", "--trust", "mine.pem")
        trial.run("policy", "show")
        trial.run("policy", "remove", "--yes")


def audit(trial: Trial) -> None:
    """Dask is not inside; that is said, and what to install."""
    trial.run("audit", "--local", "1", "--no-measure", status=(1,))
    trial.expect("audit says what is missing, and what to install", "'gpu-inspector[cluster]'" in trial.told)


def by_eye(trial: Trial) -> None:
    """An object that does not start."""
    trial.run("checklist", "--write", "answers.toml")
    trial.run("inspect", "--not-starting", "--answers", "answers.toml", status=(10, 2, 1))
    for words in (("show",), ("new",), ("use", "own")):
        trial.run("key", *words)


def smart_card(trial: Trial) -> None:
    """A key on a card, through its PKCS#11 library."""
    trouble = trying_card.missing()
    if trouble:
        trial.cannot(trouble)
        trial.run("key", "import", "absent.p12", status=(1, 2))
        return
    module, more = trying_card.made(trial.folder / "card", trial.environ)
    trial.run("key", "import", "--card", module, "--token", trying_card.LABEL, more=more)
    trial.run("report", "1", "by-card.pdf", more=more)
    said = trial.run("verify", "by-card.pdf", status=(0, 3))
    trial.expect("the report was signed with the card's key", trying_card.OWNER in said)
    trial.run("key", "use", "own")


def cuda(trial: Trial, folder: Path | None) -> None:
    """Without the second download a sentence; with it the kernels compile in the packed program's own child."""
    said = trial.run("doctor", status=(0, 1))
    trial.expect("doctor says how CUDA is added", "gpu-inspector-cuda-" in said)
    answer = json.loads(trial.run("measure", "--compile", "one"))
    trial.expect(f"the child without CUDA: {answer['text']}", answer["passed"] is None)
    if folder is None:
        trial.cannot("No folder of the CUDA parts was named (--cuda), so no kernel was compiled.")
        return
    more = {"GPU_INSPECTOR_CUDA": str(folder.absolute())}
    answer = json.loads(trial.run("measure", "--compile", "all", more=more))
    trial.expect(f"the child with CUDA: {answer['text']}", answer["passed"] is True)
    said = trial.run("doctor", status=(0, 1), more=more)
    trial.expect("doctor finds the CUDA parts", re.search(r"CUDA +cupy-cuda12x", said) is not None)
    trial.expect("and knows their files", "is not" not in said.partition("Program and reference data")[2][:60])


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
