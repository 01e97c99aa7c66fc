"""Builds the manual: the site, the PDF, and a look at every link. `make docs`.

    python3 -m tools.manual.build

into build/manual/: `site/index.html`, `gpu-inspector-manual.pdf`, and `outside-links.txt`, the addresses outside,
which are never asked. mkdocs and WeasyPrint come from docs/requirements.lock into an environment of their own. One
warning is a failure. Built twice, both are the same bytes where the system's libraries are the same.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from tools.manual import book, links
from tools.manual.pdf import NO_PANGO

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "manual"
PDF = "gpu-inspector-manual.pdf"
FONTS = """
import sys
from importlib.util import find_spec
from pathlib import Path
from gpu_inspector.language import letters
at = Path(find_spec("ttf_opensans").origin).parent
kinds = {"Regular": "", "Bold": ":bold", "Italic": ":italic", "BoldItalic": ":bold:italic"}
for name, kind in kinds.items():
    print(f"Manual Sans{kind}={next(at.rglob(f'OpenSans-{name}.ttf'))}")
for name, language in (("Manual Chinese", "zh-Hans"), ("Manual Japanese", "ja")):
    if letters.font(language):
        print(f"{name}={letters.font(language)}")
"""
"""Asks the program's own environment where its fonts lie."""
NEEDS_PANGO = (
    "The site is made; the PDF needs Pango, a library of the system:"
    " apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


class NotBuilt(Exception):
    """The manual cannot be made; the text says why."""


def _run(command: list[str], surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)


def surroundings() -> tuple[dict[str, str], str]:
    """The variables that everything is made under, and the day of the sources. Raises NotBuilt."""
    sys.path.append(str(ROOT / "packaging" / "release"))
    import epoch  # type: ignore[import-not-found]  # packaging/ is no package

    try:
        moment = int(epoch.source_date_epoch())
    except epoch.NoTime as error:
        raise NotBuilt(str(error)) from error
    day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    fixed = {"SOURCE_DATE_EPOCH": str(moment), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return os.environ | fixed, day


def environment(variables: dict[str, str]) -> str:
    """The interpreter that has mkdocs and WeasyPrint. Raises NotBuilt."""
    done = subprocess.run(
        [sys.executable, "packaging/environment.py", "manual"],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotBuilt("The environment of the manual could not be made.")
    return done.stdout.strip()


def site(python: str, variables: dict[str, str]) -> None:
    """The site, without one warning. Raises NotBuilt."""
    shutil.rmtree(OUT / "site", ignore_errors=True)
    done = _run([python, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(OUT / "site")], variables)
    said = (done.stdout + done.stderr).strip()
    if done.returncode or said:
        raise NotBuilt(f"mkdocs is not content:\n{said}")


def pdf(python: str, variables: dict[str, str], whole: str) -> str:
    """How many pages the PDF has. Raises NotBuilt."""
    source, target = OUT / "book.html", OUT / PDF
    target.unlink(missing_ok=True)
    source.write_text(whole, encoding="utf-8")
    own = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    fonts = _run([str(own), "-c", FONTS], variables)
    if fonts.returncode:
        raise NotBuilt(f"The fonts are not there: {fonts.stderr.strip()}")
    made = _run([python, "-m", "tools.manual.pdf", str(source), str(target), *fonts.stdout.splitlines()], variables)
    if made.returncode == NO_PANGO:
        raise NotBuilt(NEEDS_PANGO)
    if made.returncode:
        raise NotBuilt(f"WeasyPrint is not content:\n{made.stderr.strip()}")
    return made.stdout.strip()


def build() -> str:
    """What was made, in one sentence. Raises NotBuilt."""
    variables, day = surroundings()
    python = environment(variables)
    OUT.mkdir(parents=True, exist_ok=True)
    site(python, variables)
    wrong, outside = links.of_site(OUT / "site")
    (OUT / "outside-links.txt").write_text("".join(f"{one}\n" for one in outside), encoding="utf-8")
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    whole = book.book(book.chapters(OUT / "pages.json"), OUT / "site", version, day)
    wrong += links.of_book(whole)
    if wrong:
        raise NotBuilt("\n".join(("Links that lead nowhere:", *wrong)))
    pages = pdf(python, variables, whole)
    return f"build/manual/site/index.html and build/manual/{PDF}, {pages}; every link inside leads somewhere."


def main() -> int:
    """Exit status: 0, or 1 with the reason."""
    try:
        print(build())
    except NotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
