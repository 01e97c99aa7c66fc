"""Office policies as files, signed by the key of the data folder that is used at the moment."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gpu_inspector import settings
from gpu_inspector.records.policy import Policy
from gpu_inspector.workflow import policy_keeping, signing
from gpu_inspector.workflow.policy_file import Held, signed_policy


def policy_of(**changes: Any) -> Policy:
    said = {"office": "Customs Office North", "number": 1, "made_at": datetime.now(UTC).replace(microsecond=0)}
    return Policy(**{**said, **changes})


def written(path: Path, **changes: Any) -> Path:
    """The file of a policy that says this."""
    path.write_bytes(signed_policy(policy_of(**changes)))
    return path


def certificate() -> bytes:
    """Of this data folder's key."""
    signing.signer()
    return (settings.identity_folder() / "certificate.pem").read_bytes()


def in_force(path: Path, **changes: Any) -> Held:
    """Put a policy that says this in force; `path` is where its file goes."""
    return policy_keeping.install(written(path, **changes), (certificate(),))
