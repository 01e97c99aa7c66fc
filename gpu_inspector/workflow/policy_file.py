"""An office policy as a file: written and signed here, read and examined to the last byte.

The file is a signed statement, as a watch-list is; whether its signer is known is for the caller's certificates to say.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, policy
from gpu_inspector.records.policy import Policy, PolicyNamed
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import statements
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.workflow import signing

LARGEST = 16 * 1024 * 1024
"""Bytes: it is read, and its signature examined, before every inspection."""
AGAIN = N_("Ask the office for the file again.")
NEWER = N_("Update the program, or ask the office for a policy that this version knows.")


class PolicyError(GpuInspectorError):
    """An office policy cannot be read, is not what its signature covers, or cannot be kept."""

    altered = False
    """The file is not what its signature covers, rather than out of reach."""


class PolicyAltered(PolicyError):
    """The file is no policy, or not as it was signed."""

    altered = True


@dataclass(frozen=True, slots=True)
class Held:
    """A policy that was read and whose signature fits; `digest` is that of the file."""

    digest: str
    policy: Policy
    signer: statements.Signer
    trust: tuple[bytes, ...] = ()
    """The certificates by which the signer was looked for."""

    @property
    def named(self) -> PolicyNamed:
        """As the record of an inspection names it."""
        return PolicyNamed(
            office=self.policy.office,
            number=self.policy.number,
            made_at=self.policy.made_at,
            digest=self.digest,
            signer=self.signer.name[: policy.LONGEST_NAME],
            fingerprint=self.signer.fingerprint,
        )


def signed_policy(made: Policy, ask: signing.Ask | None = None) -> bytes:
    """The file of a new policy, signed by this bench. Raises PolicyError, ReportError."""
    from gpu_inspector.workflow import signing

    if (problem := policy.fault_of(made)) is not None:
        raise PolicyError(f"This policy cannot be written: {problem}")
    _require_inside(made, N_("This policy cannot be written: "))
    try:
        statement = canonical.encode(made)
    except CaptureError as error:
        raise PolicyError("A text of this policy holds signs that are no letters.", "Write it anew.") from error
    identity = signing.signer(ask or signing.nobody)
    return statements.framed(statement, statements.sign(statement, identity))


def load_file(path: Path) -> bytes:
    """The bytes of a policy's file. Raises PolicyError."""
    try:
        return read_at_most(path, LARGEST)
    except OSError as error:
        raise PolicyError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error


def read_policy(data: bytes, trust: tuple[bytes, ...], *, again: bool = False) -> Held:
    """A policy out of its file. Raises PolicyError where anything of it is not as it was signed.

    Read `again`, the same bytes as before, the certificates and lists inside are left to whoever asks for them.
    """
    if len(data) > LARGEST:
        raise PolicyAltered(N_("This file is larger than any office policy."), AGAIN)
    try:
        statement, envelope = statements.unframed(data)
    except statements.StatementError as error:
        raise PolicyAltered(N_(f"This is no office policy. {error.message}"), AGAIN) from error
    try:
        made = canonical.decode(statement, Policy, policy.KIND)
    except CaptureError as error:
        raise PolicyAltered(error.message, error.advice if "newer" in error.advice else AGAIN) from error
    try:
        signer = statements.check(statement, envelope, trust, made.made_at)
    except statements.StatementError as error:
        raise PolicyAltered(N_(f"This office policy cannot be used: {error.message}"), AGAIN) from error
    if made.kind != policy.KIND:
        raise PolicyAltered(N_("What was signed there is no office policy."), AGAIN)
    if not canonical.is_of(statement, made):
        raise PolicyError(
            "This office policy demands something that this version of GPU Inspector does not know.", NEWER
        )
    if (problem := policy.fault_of(made)) is not None:
        raise PolicyError(f"This office policy cannot be used: {problem}", NEWER)
    if not again:
        _require_inside(made, N_("This office policy cannot be used: "))
    return Held(hashlib.sha256(data).hexdigest(), made, signer, trust)


def _require_inside(made: Policy, begin: str) -> None:
    """What is inside must be readable itself: certificates, and watch-lists. Raises PolicyError."""
    with LOADING:
        from gpu_inspector.report import identity
        from gpu_inspector.report.certificate import UNREADABLE
    from gpu_inspector.workflow import watching

    for text in (*made.trusted, *filter(None, (made.data_authority,))):
        try:
            count = len(identity.certificates_in(text.encode()))
        except (*UNREADABLE, GpuInspectorError, RecursionError):
            count = 0
        if not count:
            raise PolicyError(f"{begin}One of its certificates cannot be read.", AGAIN)
    for number, text in enumerate(made.watch_lists, 1):
        try:
            watching.read_list(text.encode(), ())
        except (watching.WatchListError, UnicodeEncodeError) as error:
            said = error.message if isinstance(error, watching.WatchListError) else N_("It is no text.")
            raise PolicyError(f"{begin}Its watch-list {number} cannot be read. {said}", AGAIN) from error
