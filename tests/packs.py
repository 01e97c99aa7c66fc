"""Data packs for tests: the program's own data with one row changed, signed by an office of its own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector import reference, resources, settings
from gpu_inspector.records import catalogue, kept_data
from gpu_inspector.workflow import data_packs, data_writing

NAME = "NVIDIA GeForce RTX 4090"
HALVED: dict[str, Any] = {
    "memory_mib": 12288,
    "total_mib_ecc_off": 12276,
    "total_mib_ecc_on": 11500,
    "totals_observed_mib": [12276],
}
"""Of the product: 12 GB in place of 24, so that a card with 24 is none of its kind any more."""


def fresh() -> None:
    """As a program that starts anew: what it read of data in use is forgotten."""
    catalogue.load.cache_clear()
    reference.chosen.cache_clear()
    kept_data._kept.cache_clear()
    data_packs.in_use.cache_clear()


def folder_with(folder: Path, day: str = "", **fields: Any) -> Path:
    """A folder as resources/, of a day ("" is that of the program's own), with these fields of one product changed."""
    for name in ("products", "markings", "export"):
        shutil.copytree(resources.root() / name, folder / name)
    for name in ("modifications.toml", "modifications.json"):
        shutil.copy(resources.root() / name, folder / name)
    if day:
        (folder / "products" / "about.json").write_text(json.dumps({"date": day}), encoding="utf-8")
    path = folder / "products" / "ada.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    changed = [{**row, **fields} if row["name"] == NAME else row for row in rows]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in changed), encoding="utf-8")
    return folder


def certificate() -> bytes:
    """Of the office whose home is the current one; its key is made where it has none."""
    return (settings.identity_folder() / "certificate.pem").read_bytes()


def signed_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, folder: Path | None, note: str = "test"
) -> tuple[bytes, bytes]:
    """A pack of an office with a home of its own, and that office's certificate."""
    with monkeypatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(home))
        data = data_writing.signed_pack(folder, note, made_by="Lab")
        return data, certificate()


def restated(data: bytes, home: Path, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> bytes:
    """The pack with these fields of its statement put in place of what they were, signed as a whole by that office."""
    import msgspec

    from gpu_inspector.workflow import signing, statements

    said = json.loads(statements.unframed(data)[0])
    text = msgspec.json.encode({**said, **fields}, order="sorted")
    with monkeypatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(home))
        return statements.framed(text, statements.sign(text, signing.signer()))
