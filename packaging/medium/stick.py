"""Reads files out of a data stick's image without the kernel's help: LUKS2 is opened here, ext4 by `debugfs`.

A builder's machine or a container often has no device mapper; the boot test must not depend on one.
"""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

SECTOR = 512
PIECE = 4 * 1024 * 1024
_MOST = 1024 * 1024 * 1024


class Unreadable(Exception):
    """A sentence about the stick."""


def blank(place: Path, mib: int = 256) -> None:
    """An empty stick."""
    with place.open("wb") as file:
        file.truncate(mib * 1024 * 1024)


def decrypted(stick: Path, passphrase: str, target: Path) -> None:
    """The encrypted file system of the stick, in the clear, as a file. Raises Unreadable."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    about = json.loads(_run(["cryptsetup", "luksDump", "--dump-json-metadata", str(stick)]))
    segment = about["segments"]["0"]
    if segment["encryption"] != "aes-xts-plain64":
        raise Unreadable(f"The stick is encrypted with {segment['encryption']}, which is not read here.")
    begin, size = int(segment["offset"]), int(segment["sector_size"])
    with TemporaryDirectory() as folder:
        key_file = Path(folder) / "key"
        command = ["cryptsetup", "luksDump", "--dump-volume-key", "--batch-mode", "--key-file", "-"]
        _run([*command, "--volume-key-file", str(key_file), str(stick)], passphrase.encode())
        key = key_file.read_bytes()
    with stick.open("rb") as source, target.open("wb") as clear:
        source.seek(begin)
        sector = 0
        while (piece := source.read(PIECE)) and sector * SECTOR < _MOST:
            whole = len(piece) - len(piece) % size
            for at in range(0, whole, size):
                # The tweak counts sectors of 512 bytes, whatever the size of an encrypted one (LUKS2, plain64).
                tweak = (sector + at // SECTOR).to_bytes(16, "little")
                opened = Cipher(algorithms.AES(key), modes.XTS(tweak)).decryptor()
                clear.write(opened.update(piece[at : at + size]))
            sector += whole // SECTOR


def names(clear: Path, folder: str) -> tuple[str, ...]:
    """The names of the files in a folder of the file system."""
    found = []
    for line in _run(["debugfs", "-R", f"ls -p {folder}", str(clear)]).splitlines():
        parts = line.split("/")
        if len(parts) > 5 and parts[2].startswith("10"):
            found.append(parts[5])
    return tuple(sorted(found))


def copied(clear: Path, path: str, target: Path) -> None:
    """One file out of the file system. Raises Unreadable."""
    _run(["debugfs", "-R", f"dump {path} {target}", str(clear)])
    if not target.is_file() or not target.stat().st_size:
        raise Unreadable(f"{path} is not on the stick.")


def _run(command: list[str], given: bytes = b"") -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=300)
    except FileNotFoundError as error:
        raise Unreadable(f"{command[0]} is not installed here.") from error
    except subprocess.SubprocessError as error:
        told = getattr(error, "stderr", b"") or b""
        raise Unreadable(f"{command[0]} could not read the stick: {told.decode(errors='replace')[:300]}") from error
    return done.stdout.decode(errors="replace")
