"""A card made of software (SoftHSM 2), each in a folder of its own: PIN, key and certificates are what a test wants."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from report.authorities import Party

from gpu_inspector.report.card import _WRONG_BEFORE, Card

PIN = "591-Karte-26"
SO_PIN = "SO-8150-61"
LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
)
MODULE = next((one for one in LIBRARIES if one.is_file()), None)
NEEDED = ("softhsm2-util", "pkcs11-tool")

with_card = pytest.mark.skipif(
    MODULE is None or any(shutil.which(one) is None for one in NEEDED),
    reason="SoftHSM 2 and OpenSC are not installed: apt install softhsm2 opensc",
)


class SoftCard:
    """A token in its folder; `environ` is what a process needs to see it."""

    def __init__(self, folder: Path, label: str = "office", monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        assert MODULE is not None
        self.folder, self.label = folder, label
        (folder / "tokens").mkdir(parents=True, exist_ok=True)
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        self.environ = {**os.environ, "SOFTHSM2_CONF": str(settings)}
        if monkeypatch is not None:
            monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
        _WRONG_BEFORE.clear()
        self._run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", PIN)

    def card(self, key: str = "", label: str | None = None) -> Card:
        assert MODULE is not None
        return Card(MODULE, self.label if label is None else label, key)

    def put(self, officer: Party, label: str = "sign", number: str = "01", *, chain: bool = True) -> None:
        """Key and certificate of an officer, and the certificates of the authorities."""
        self.put_key(officer, label, number)
        self.put_certificate(officer.der, label, number)
        for place, der in enumerate(officer.chain if chain else ()):
            self.put_certificate(der, f"authority {place}", f"a{place}")

    def put_key(self, officer: Party, label: str = "sign", number: str = "01") -> None:
        path = self.folder / "key.pem"
        path.write_bytes(
            officer.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        arguments = ("--token", self.label, "--label", label, "--id", number, "--pin", PIN)
        self._run("softhsm2-util", "--import", str(path), *arguments)
        path.unlink()

    def put_certificate(self, der: bytes, label: str, number: str, *options: str) -> None:
        path = self.folder / "certificate.der"
        path.write_bytes(der)
        self._tool("--write-object", str(path), "--type", "cert", "--label", label, "--id", number, *options)

    def _tool(self, *arguments: str) -> None:
        start = ("pkcs11-tool", "--module", str(MODULE), "--token-label", self.label, "--login", "--pin", PIN)
        self._run(*start, *arguments)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
