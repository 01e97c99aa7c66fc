"""docs/registry.md from zero to the first push, by its own commands, against a real PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cards import row_of
from dumps import dump_of
from manual_commands import DOCS, PROGRAM, blocks, lines_of, pieces

from gpu_inspector.cli.main import main

if TYPE_CHECKING:
    from registry_server import Server

PAGE = DOCS / "registry.md"
OWNER, GATE, OFFICE = "registry_owner", "registry_gate", "office_north"


def parts() -> Iterator[tuple[str, str]]:
    """(who runs it, the line) of each command of the page, in its order."""
    for block in blocks(PAGE):
        who = ""
        for _number, line in lines_of(block) if block.kind == "sh" else ():
            if line.startswith("# at "):
                who = line
            else:
                yield who, line


@dataclass
class Place:
    """The machines of the page, on one: each role has a home of its own."""

    folder: Path
    server: Server
    patched: pytest.MonkeyPatch
    statuses: dict[str, int] = field(default_factory=dict)

    def run(self, role: str, line: str) -> int:
        import shlex

        self.patched.setenv("GPU_INSPECTOR_HOME", str(self.folder / role))
        self.patched.setenv("GPU_INSPECTOR_REGISTRY", self.server.url(role, "registry"))
        self.patched.chdir(self.folder)
        status = self.statuses[line] = main(shlex.split(line)[1:])
        return status


@pytest.fixture
def place(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield Place(tmp_path, postgres, monkeypatch)
    postgres.drop_database("registry")
    for role in (OFFICE, GATE, OWNER):
        postgres.execute(f"DROP ROLE IF EXISTS {role}")


def test_the_page_can_be_followed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (place.folder / "dump.xml").write_bytes(dump_of(row_of("Tesla T4")))
    fingerprint = ""
    for who, line in parts():
        if line.startswith("psql -c"):
            place.server.execute(line.split('"')[1])
        if not pieces(line) or not line.startswith(PROGRAM):
            continue
        if "new machine" in who:
            continue  # tests/cli/test_registry_commands.py loses one
        role = OWNER if "registry_owner" in who else "office_south" if "other office" in who else OFFICE
        told = line.replace("3fa9c1", fingerprint[:10])
        if line.endswith("registry status"):
            place.run(OFFICE, f"{PROGRAM} inspect --from dump.xml")
        capsys.readouterr()
        told += " --wait 0" if line.endswith("registry push") else ""  # the gate is opened below
        status = place.run(role, told)
        said = capsys.readouterr()
        waits = "registry status" in line or "registry push" in line
        assert status == (3 if waits else 0), f"{line}: {said}"
        if line.startswith(f"{PROGRAM} key export"):
            fingerprint = re.findall(r"[0-9a-f]{64}", said.out)[0]
        if "registry push" in line:
            assert place.run(GATE, f"{PROGRAM} registry accept") == 0
            assert place.run(OFFICE, f"{PROGRAM} registry push") == 0
    assert len(place.statuses) > 15


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_certificates_of_the_page_let_an_office_in_as_its_role(tmp_path: Path) -> None:
    for _who, line in parts():
        if line.startswith("openssl"):
            subprocess.run(["bash", "-euc", line], cwd=tmp_path, check=True, capture_output=True)
    for name, purpose in (("server.crt", "sslserver"), ("office_north.crt", "sslclient")):
        words = ["openssl", "verify", "-CAfile", "registry-ca.crt", "-purpose", purpose, name]
        assert subprocess.run(words, cwd=tmp_path, check=False, capture_output=True).returncode == 0, name
    said = subprocess.run(
        ["openssl", "x509", "-in", "office_north.crt", "-noout", "-subject"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout.decode()
    assert said.strip().endswith("office_north")
