"""The key of a node, which signs its evidence while nobody stands beside it: named by its administrator, never guessed.

The key that signs reports is not taken: on many machines one home folder is shared by all nodes, and then it would
tell no node from another. A key that is named and cannot be used is a trouble of the node, and not as if there were
none: whoever took the file away must not get unsigned evidence for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import ReportError
from gpu_inspector.report.deferred import LOADING

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity

VARIABLE = "GPU_INSPECTOR_NODE_KEY"
"""Names a PKCS#12 file, or a folder with key.pem and certificate.pem as `key new` makes it."""
CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts the secrets of a service (LoadCredential=)."""
CREDENTIAL = "gpu-inspector-node-key"


def place() -> Path | None:
    """Where the node's key is; None where it has none."""
    if named := os.environ.get(VARIABLE, ""):
        return Path(named)
    handed = os.environ.get(CREDENTIALS, "")
    found = Path(handed) / CREDENTIAL if handed else None
    return found if found is not None and found.exists() else None


def load() -> SigningIdentity | None:
    """The key of this node, fit to sign; None where none is named. Raises ReportError where it cannot be used.

    A passphrase comes from GPU_INSPECTOR_PASSPHRASE or the key ring; nobody is asked.
    """
    where = place()
    if where is None:
        return None
    with LOADING:
        from gpu_inspector.report import fitness, identity, identity_file
    if not where.is_absolute():
        raise ReportError(f"{VARIABLE} is no absolute path ({where}).", "Name the key's file or folder in full.")
    if where.is_dir():
        if not (where / "key.pem").is_file():
            raise ReportError(
                f"The folder {where} of the node's key holds no key.pem.", "Put key and certificate there."
            )
        found = identity.load_or_make(where)
    else:
        found = identity_file.load(where)
    fitness.require(found, ())
    return found
