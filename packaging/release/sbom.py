"""What is inside, in CycloneDX's form: `make sbom` -> dist/gpu-inspector.cdx.json.

Made by cyclonedx-bom out of an environment that holds the program's own packages alone, and no developer's tool. The
list is then held against the lock file: it must name exactly those packages with exactly those versions. Below a
package stand the libraries that its wheel carries in a folder of their own. The same lock file gives the same bytes; no
path of this machine and no package host gets in. Runs on the bare interpreter.
"""
# ruff: noqa: T201

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import environment  # noqa: E402
import epoch  # noqa: E402
import notices  # noqa: E402
import wheel  # noqa: E402

PACKAGE_HOSTS = re.compile(r"(?i)\b(?:pypi\.org|pypi\.python\.org|pythonhosted\.org|anaconda\.org|pypi\.nvidia\.com)\b")
"""A homepage there is a page of the package host, and is left out; the package's name says it already."""


class NotListed(Exception):
    """No list, or a wrong one; the text is a sentence."""


def write(target: Path, *, cuda: bool = False) -> int:
    """Writes the list and answers how many packages it holds. Raises NotListed, NotReady, NoTime, OSError."""
    tool, python = environment.packaging(), environment.runtime(cuda=cuda)
    moment = epoch.source_date_epoch()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.json"
        asked = [tool, "-m", "cyclonedx_py", "environment", python, "--output-reproducible", "--of", "JSON"]
        asked += ["--sv", "1.6", "--pyproject", environment.ROOT / "pyproject.toml", "-o", raw]
        # Without this variable cyclonedx-bom leaves the time out; with it, it is the time of the sources.
        variables = {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "TZ": "UTC"}
        done = subprocess.run(asked, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotListed(f"cyclonedx-bom could not make the list: {(done.stderr.strip() or 'no reason')[-400:]}")
        listed = cleaned(json.loads(raw.read_text(encoding="utf-8")))
    hold(listed, pins(environment.runtime_lines(cuda=cuda)))
    carried(listed, next(python.parents[1].glob("lib/python3*/site-packages")))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(listed, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(listed["components"])


def cleaned(listed: dict[str, Any]) -> dict[str, Any]:
    """The list without a serial number, without package hosts and without paths of the machine that made it."""
    listed.pop("serialNumber", None)
    about = listed.get("metadata", {})
    makers = about.get("tools", {}).get("components", ())
    for component in (*listed.get("components", ()), *makers, *([about["component"]] if "component" in about else ())):
        references = component.get("externalReferences", [])
        kept = [
            one
            for one in references
            if not PACKAGE_HOSTS.search(one.get("url", "")) and re.match(r"https?://", one.get("url", ""))
        ]
        if kept:
            component["externalReferences"] = kept
        else:
            component.pop("externalReferences", None)
    return listed


def hold(listed: dict[str, Any], wanted: dict[str, str]) -> None:
    """Raises NotListed where the list and the lock file do not name the same packages with the same versions."""
    found = {same(one["name"]): one["version"] for one in listed.get("components", ())}
    wrong = sorted({*found.items()} ^ {*wanted.items()})
    if wrong:
        raise NotListed(f"The list and the lock file do not agree: {', '.join(' '.join(one) for one in wrong[:8])}.")


def carried(listed: dict[str, Any], site: Path) -> None:
    """Put below each package the libraries of others that its wheel brings, so that one with a known fault is found.

    Each is a file with its digest; beside them stands whatever the wheel's own list (auditwheel's, PEP 770) says of
    where they came from. `site` is the folder of installed packages. Raises NotListed, OSError.
    """
    packages = {same(one.metadata["Name"]): one for one in importlib.metadata.distributions(path=[str(site)])}
    for component in listed.get("components", ()):
        package = packages.get(same(component["name"]))
        if package is None:
            raise NotListed(f"{component['name']} is listed and not installed.")
        files = notices.libraries(package.files or ())
        inside = [_file(component, one.as_posix(), Path(str(one.locate())).read_bytes()) for one in files]
        inside += _named(package) if inside else []
        if inside:
            component["components"] = inside


def _file(component: dict[str, Any], name: str, data: bytes) -> dict[str, Any]:
    digest = {"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}
    reference = f"{component['name']}=={component['version']}/{name}"
    return {"type": "file", "bom-ref": reference, "name": name, "hashes": [digest]}


def _named(package: importlib.metadata.Distribution) -> list[dict[str, Any]]:
    found = []
    for path in sorted(package.files or (), key=str):
        if "sboms" in path.parts and path.name == "auditwheel.cdx.json":
            own = same(package.metadata["Name"])
            listed = json.loads(Path(str(path.locate())).read_text(encoding="utf-8")).get("components", ())
            found += [
                {key: one[key] for key in ("type", "bom-ref", "name", "version", "purl") if key in one}
                for one in listed
                if same(one["name"]) != own
            ]
    return found


def pins(lines: str) -> dict[str, str]:
    """Name and version of every package of the lock file's lines whose condition holds here. Raises NotReady."""
    asked = "import sys; from packaging.markers import Marker; print([int(Marker(m).evaluate()) for m in sys.argv[1:]])"
    entries = [
        (name, *re.match(r"[^=]+==(\S+)(?:\s*;\s*([^\\]+))?", entry).groups())  # type: ignore[union-attr]
        for name, group in environment.entries(lines).items()
        for entry in group
    ]
    markers = [(condition or "python_version >= '3'").strip() for _, _, condition in entries]
    # `.venv` told the program's packages apart, and has the library that reads conditions.
    tool = environment.interpreter(environment.ROOT / ".venv")
    done = subprocess.run([tool, "-c", asked, *markers], capture_output=True, text=True, check=True)
    holds = json.loads(done.stdout)
    return {same(name): version for (name, version, _), good in zip(entries, holds, strict=True) if good}


def same(name: str) -> str:
    """A package's name as the index normalises it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Writes the list of what is inside (CycloneDX).")
    parser.add_argument("--cuda", action="store_true", help="with CUDA's packages, as a list of its own")
    parser.add_argument("--out", type=Path, default=wheel.dist(), help="folder (dist/)")
    asked = parser.parse_args()
    target = asked.out / ("gpu-inspector-cuda.cdx.json" if asked.cuda else "gpu-inspector.cdx.json")
    try:
        print(f"{target.name}  {write(target, cuda=asked.cuda)} packages")
    except (NotListed, environment.NotReady, epoch.NoTime, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
