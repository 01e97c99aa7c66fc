"""The places of a user's own files: the ledger, the signing identity, the log.

`GPU_INSPECTOR_HOME` moves all of them (a bench on a read-only medium, a test); `GPU_INSPECTOR_LEDGER` moves the
ledger alone.
"""

import os
from pathlib import Path

from gpu_inspector.errors import GpuInspectorError


class NoHome(GpuInspectorError, RuntimeError):
    """This user has no home folder, as services and containers have it."""


def data_folder() -> Path:
    """The user's data folder, as the platform has it; not made here. Raises NoHome."""
    moved = os.environ.get("GPU_INSPECTOR_HOME")
    if moved:
        return Path(moved)
    import platformdirs  # where a medium or a test moved the folder, it is not asked

    try:
        return Path(platformdirs.user_data_dir("gpu-inspector", appauthor=False))
    except RuntimeError as error:
        raise NoHome("This user has no home folder.", "Name a folder in GPU_INSPECTOR_HOME.") from error


def ledger_path() -> Path:
    """The ledger that is used where no command names another."""
    named = os.environ.get("GPU_INSPECTOR_LEDGER")
    return Path(named) if named else data_folder() / "ledger.sqlite"


def report_folder() -> Path:
    """Where signed reports are put when no path is named."""
    return data_folder() / "reports"


def identity_folder() -> Path:
    """Where the signing key and its certificate lie."""
    return data_folder() / "identity"


def signers_folder() -> Path:
    """Where signing keys that were imported lie, and the certificates of those that stay on cards."""
    return data_folder() / "signers"


def revocation_folder() -> Path:
    """Where revocation lists lie that the signer is held against."""
    return data_folder() / "crls"


def log_path() -> Path:
    """The program's own log, with the traces of its defects; `log.py` writes it."""
    return data_folder() / "gpu-inspector.log"
