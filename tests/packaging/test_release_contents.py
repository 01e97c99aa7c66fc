"""What a release says of its contents: each package of the lock file that the program needs, no other, and no secret.

The lists themselves are made by `make sbom` and `make notices`; here stand the rules that they are held against.
"""

import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging_scripts import ROOT, script

environment, sbom, notices, release = (script(name) for name in ("environment", "sbom", "notices", "release"))
TOOLS = {
    "pytest",
    "mypy",
    "ruff",
    "hypothesis",
    "import-linter",
    "pikepdf",
    "jsonschema",
    "atheris",
    "hatchling",
    "pip",
}


@pytest.fixture(scope="module")
def lines() -> str:
    found = environment.runtime_lines()
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="module")
def pins(lines: str) -> dict[str, str]:
    found: dict[str, str] = sbom.pins(lines)
    return found


@pytest.fixture(scope="module")
def page(pins: dict[str, str]) -> str:
    parts = notices.parts_of(Path(str(importlib.metadata.distribution("click").locate_file(""))))
    text = notices.page(one for one in parts if sbom.same(one.name) in pins)
    assert isinstance(text, str)
    return text


def test_the_runtime_packages_are_those_installed_here_without_the_tools(pins: dict[str, str]) -> None:
    assert {"pyside6-essentials", "pyhanko", "click", "numpy", "ttf-opensans"} <= set(pins)
    assert not set(pins) & TOOLS
    assert {name: importlib.metadata.version(name) for name in pins} == pins


def test_each_line_is_the_lock_files_own_with_digests(lines: str) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for entry in (one for group in environment.entries(lines).values() for one in group):
        assert entry in lock
        assert "--hash=sha256:" in entry


def test_for_another_python_the_other_pins_are_chosen_and_conditions_are_gone(lines: str) -> None:
    later = environment.runtime_lines(version="3.13")
    assert not re.search(r"^[^#\n]*;", later, re.MULTILINE)
    assert set(environment.entries(later)) <= set(environment.entries(lines))
    (numpy,) = environment.entries(later)["numpy"]
    assert len(environment.entries(lines)["numpy"]) > 1 and numpy.startswith("numpy==")


def test_notices_name_every_package_with_its_version_and_a_text(pins: dict[str, str], page: str) -> None:
    listed = dict(re.findall(r"(?m)^(\S+) (\S+)\n    Licence: ", page))
    assert {sbom.same(name): version for name, version in listed.items()} == pins
    for name in listed:
        block = page.split(f"\n{name} {listed[name]}\n", 1)[1].split("    Texts: ", 1)[1].split("\n", 1)[0]
        assert re.fullmatch(r"\d+(, \d+)*", block) or "MISSING" in block, name


def test_notices_say_how_qt_is_replaced_and_what_brings_no_text(page: str) -> None:
    assert "GNU Lesser General Public License" in page and "PySide6/Qt/lib" in page
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in page and "GNU GENERAL PUBLIC LICENSE" in page
    assert "Open Sans" in page
    top = page.split("What is inside")[0]
    for name in ("PySide6_Essentials", "shiboken6", "nvidia-ml-py"):
        assert re.search(rf"  {name} \S+: It brings no", top), name


def block(page: str, name: str) -> str:
    """What the notices say of one package, in one line."""
    found = re.search(rf"(?m)^{name} \S+\n((?:    .*\n)+)", page)
    assert found is not None
    return " ".join(found[1].split())


def test_notices_say_how_psycopg_is_replaced_and_hold_both_of_its_licences(page: str) -> None:
    replacing = page.split("What is inside")[0]
    assert "_internal/psycopg_binary.libs" in replacing
    assert "psycopg and psycopg-binary" in replacing
    gpl = re.search(r"(?m)^Text (\d+)\n(?:  .*\n)*  psycopg: GPL-3\.0-only\.txt", page)
    assert gpl is not None
    for name in ("psycopg", "psycopg-binary"):
        said = block(page, name)
        assert "Licence: LGPL-3.0-only" in said and gpl[1] in said.split("Texts: ")[1].split(", ")


OF_PSYCOPG = {
    "libpq": ("PostgreSQL", "THE UNIVERSITY OF CALIFORNIA SPECIFICALLY DISCLAIMS"),
    "libcrypto": ("OpenSSL", "Apache License"),
    "libssl": ("OpenSSL", "Apache License"),
    "libldap": ("OpenLDAP", "The OpenLDAP Public License"),
    "liblber": ("OpenLDAP", "The OpenLDAP Public License"),
    **dict.fromkeys(
        ("libkrb5", "libk5crypto", "libkrb5support", "libgssapi_krb5"),
        ("MIT Kerberos", "1985-2022 by the Massachusetts Institute of Technology"),
    ),
    "libcom_err": ("libcom_err", "Student Information Processing Board"),
    "libsasl2": ("Cyrus SASL", "developed by Computing Services"),
    "libkeyutils": ("keyutils", "Version 2.1, February 1999"),
    "libcrypt": ("libxcrypt", "inventory of the copyright holders"),
}
"""A library of its wheel -> whose it is, and words of that maker's text."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the wheels of Linux alone carry these")
def test_each_library_that_psycopgs_wheel_carries_is_named_and_its_text_printed(page: str) -> None:
    files = notices.libraries(importlib.metadata.files("psycopg-binary") or ())
    names = {re.split(r"[-.]", one.name)[0] for one in files}
    assert "libpq" in names and sorted(names - set(OF_PSYCOPG)) == []
    said = block(page, "psycopg-binary")
    for name in names:
        maker, words = OF_PSYCOPG[name]
        assert maker in said and name in said and words in page, name


def test_a_package_without_any_text_is_named_as_missing() -> None:
    text = notices.page([notices.Part("thing", "1.0", "MIT")])
    assert "Missing:\n  thing 1.0 (MIT): no text at all" in text
    assert "Texts: MISSING" in text


def test_a_text_of_several_packages_is_printed_once() -> None:
    parts = [notices.Part(name, "1", "MIT", texts=(("LICENSE", "the same text"),)) for name in ("a", "b")]
    text = notices.page(parts)
    assert text.count("the same text") == 1 and "  a: LICENSE\n  b: LICENSE\n" in text


def test_the_notices_of_a_wheel_are_read_without_installing_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "thing-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr("thing/code.py", "raise SystemExit")
        packed.writestr("thing-1.0.dist-info/METADATA", "Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n")
        packed.writestr("thing-1.0.dist-info/licenses/LICENSE", "Do what you like.\r\n")
        packed.writestr("thing-1.0.dist-info/RECORD", "thing-1.0.dist-info/licenses/LICENSE,,\n")
    (part,) = notices.parts_of_wheels([tmp_path / "thing-1.0-py3-none-any.whl"])
    assert (part.name, part.licence) == ("thing", "not stated")
    assert part.texts == (("thing-1.0.dist-info/licenses/LICENSE", "Do what you like."),)


def component(name: str, version: str, *urls: str) -> dict[str, Any]:
    references = [{"type": "website", "url": url} for url in urls]
    return {"name": name, "version": version, "externalReferences": references}


def test_the_list_keeps_no_serial_number_no_host_of_packages_and_no_path() -> None:
    listed = {
        "serialNumber": "urn:uuid:1",
        "metadata": {"component": component("gpu-inspector", "1", "file:///root/x")},
        "components": [component("a", "1", "https://pypi.org/project/a", "https://a.example", "/root/a")],
    }
    cleaned = sbom.cleaned(listed)
    assert "serialNumber" not in cleaned
    assert cleaned["components"][0]["externalReferences"] == [{"type": "website", "url": "https://a.example"}]
    assert "externalReferences" not in cleaned["metadata"]["component"]


@pytest.mark.parametrize(
    "components",
    [[], [component("A_b", "2")], [component("a.b", "1"), component("pytest", "9")]],
    ids=["missing", "other version", "a tool"],
)
def test_a_list_that_is_not_the_lock_files_is_refused(components: list[dict[str, Any]]) -> None:
    sbom.hold({"components": [component("A_b", "1")]}, {"a-b": "1"})
    with pytest.raises(sbom.NotListed, match="do not agree"):
        sbom.hold({"components": components}, {"a-b": "1"})


def test_the_list_names_the_libraries_that_a_wheel_carries_with_their_digests() -> None:
    site = Path(str(importlib.metadata.distribution("psycopg-binary").locate_file("")))
    listed = {"components": [component("Psycopg_Binary", "3"), component("click", "8")]}
    sbom.carried(listed, site)
    assert "components" not in listed["components"][1]
    inside = {one["name"]: one for one in listed["components"][0]["components"]}
    (libpq,) = (one for name, one in inside.items() if "/libpq-" in name)
    digest = hashlib.sha256((site / libpq["name"]).read_bytes()).hexdigest()
    assert libpq["hashes"] == [{"alg": "SHA-256", "content": digest}] and libpq["type"] == "file"
    assert inside["keyutils-libs"]["purl"].startswith("pkg:rpm/")
    references = [one["bom-ref"] for one in inside.values()]
    assert len(set(references)) == len(references) and not any("psycopg_binary@" in one for one in references)


def test_a_listed_package_that_is_not_installed_ends_the_list() -> None:
    with pytest.raises(sbom.NotListed, match="nowhere is listed and not installed"):
        sbom.carried({"components": [component("nowhere", "1")]}, Path(sys.prefix) / "no-such-folder")


def test_what_is_written_names_no_path_of_this_machine_and_no_host_of_packages(page: str) -> None:
    written = page + str(release.about("0" * 40, ["x"], ["deb: dpkg-deb is missing"]))
    for secret in (str(ROOT), str(Path.home()) + "/", sys.prefix, sys.base_prefix):
        assert secret not in written
    assert not re.search(r"(?i)pypi\.(org|python\.org)|pythonhosted|file://", written)


def test_build_txt_says_what_is_missing_and_that_it_is_a_draft() -> None:
    text = release.about("c" * 40, ["x", "y"], ["deb: dpkg-deb is missing"])
    assert "DRAFT: 2 files differ from that commit." in text and "  deb: dpkg-deb is missing" in text
    assert "DRAFT" not in release.about("c" * 40, [], []) and "that commit" not in release.about("", [], [])


def test_a_release_of_changed_sources_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_DIST", str(tmp_path / "dist"))
    monkeypatch.setattr(release.sources, "state", lambda: ("c" * 40, ["stray.whl"]))
    with pytest.raises(release.NotReleased, match=r"stray\.whl"):
        release.release(set(), set(), False)
    with pytest.raises(release.NotReleased, match="no part wheels"):
        release.release({"wheels"}, set(), False)
    assert not (tmp_path / "dist").exists()


def test_the_environment_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    with pytest.raises(environment.NotReady, match=r"packaging/requirements\.lock cannot be read"):
        environment.packaging()
    with pytest.raises(environment.NotReady, match=r"no \.venv yet"):
        environment.runtime()


def test_an_environment_is_made_once_and_again_when_its_lines_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[str] = []

    def make(folder: Path, lines: str) -> None:
        folder.mkdir(exist_ok=True)
        made.append(lines)

    monkeypatch.setattr(environment, "BUILD", tmp_path)
    monkeypatch.setattr(environment, "_make", make)
    for lines in ("a", "a", "b", "b"):
        environment.made("x", lines)
    assert made == ["a", "b"]


def test_no_script_of_the_release_names_a_host_of_packages_or_a_path_of_a_machine() -> None:
    for folder in ("packaging/release", "packaging/offline"):
        for path in sorted((ROOT / folder).glob("*.*")):
            text = re.sub(r"PACKAGE_HOSTS = .*|.*pypi\\\\?\..*", "", path.read_text(encoding="utf-8"))
            assert not re.search(r"(?i)https?://[^\s\"'<>)]*(?:pypi|pythonhosted|anaconda|nvidia)", text), path.name
            assert not re.search(r"(?:/root|/work|/home/\w)\b", text), path.name


@pytest.mark.parametrize("name", ["environment.py", "release/wheel.py", "release/epoch.py", "release/archive.py"])
def test_what_runs_on_the_bare_interpreter_imports_nothing_else(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(ROOT / 'packaging' / name)!r})"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_no_program_that_builds_a_part_is_handed_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_DIST", str(tmp_path / "dist"))
    monkeypatch.setenv(release.signing.PASSPHRASE, "secret")
    monkeypatch.setattr(release.sources, "state", lambda: ("c" * 40, []))
    seen: list[bool] = []

    def build(out: Path) -> list[Path]:
        seen.append(release.signing.PASSPHRASE in os.environ)
        raise release.wheel.NotBuilt("enough was seen")

    monkeypatch.setattr(release.wheel, "build", build)
    with pytest.raises(release.wheel.NotBuilt):
        release.release(set(), set(), False)
    assert seen == [False]
