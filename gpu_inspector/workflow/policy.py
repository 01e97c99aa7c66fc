"""The office's policy in force: read and examined at every use, asked before anything is collected.

It lies in the data folder as it came, under its SHA-256, with the certificates beside it by which its signer is known
here. A file there that cannot be used stops every inspection: none is made as if there were no policy. Whoever can
write to the folder can take the whole of it away; each report therefore says which policy was in force, or that none
was.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import log, settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import policy
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Gap, Origin
from gpu_inspector.records.policy import FIELDS, PolicyNamed
from gpu_inspector.workflow.policy_file import LARGEST, Held, PolicyAltered, PolicyError, read_policy
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.workflow import watching

__all__ = ["Held", "PolicyAltered", "PolicyError", "PolicyNotMet"]

LARGEST_TRUST = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}\.json")
_MEND = N_("Install it anew: gpu-inspector policy install FILE --trust CERT, or: gpu-inspector policy remove --yes")


class PolicyNotMet(PolicyError):
    """What is to be done does not fulfil the office's policy; nothing was collected, nothing was stored."""


def folder() -> Path:
    """Where the policy is kept."""
    return settings.data_folder() / "policy"


def trust_of(digest: str) -> Path:
    """The certificates by which the signer of the policy with this digest is known here."""
    return folder() / f"{digest}.trust"


def files() -> tuple[Path, ...]:
    """The kept policies. Raises PolicyError where nobody can tell."""
    try:
        return tuple(sorted(path for path in folder().iterdir() if _NAME.fullmatch(path.name)))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise PolicyError(
            f"Whether there is an office policy cannot be told: {folder()} cannot be read ({error.strerror}).",
            "Mend the folder's rights; nothing is inspected until then.",
        ) from error


def in_force() -> Held | None:
    """The policy of this machine, examined anew; None where there is none.

    Of two the one with the higher number counts: a new one was kept, and the old one not yet taken away. Raises
    PolicyError where one cannot be read, is not as it was installed, or is of a signer not known here.
    """
    while True:
        paths = files()
        try:
            return _newest(paths)
        except PolicyError:
            if files() == paths:
                raise  # else another program has put a newer one in its place meanwhile


def _newest(paths: tuple[Path, ...]) -> Held | None:
    kept = [_kept(path) for path in paths]
    if len({one.policy.number for one in kept}) < len(kept):
        raise PolicyError("Two office policies of the same number are kept.", _MEND)
    return max(kept, key=lambda one: one.policy.number, default=None)


def _kept(path: Path) -> Held:
    try:
        data = read_at_most(path, LARGEST)
        beside = trust_of(path.stem)
        trust = (read_at_most(beside, LARGEST_TRUST),) if beside.exists() else ()
    except OSError as error:
        raise PolicyError(f"The office's policy cannot be read ({error.strerror or error}).", _MEND) from error
    if hashlib.sha256(data).hexdigest() != path.stem:
        raise PolicyAltered(N_("The office's policy was changed after it was installed."), _MEND)
    try:
        held = read_policy(data, trust, again=True)
    except PolicyError as error:
        raise type(error)(N_(f"The office's policy cannot be used. {error.message}"), _MEND) from error
    if not held.signer.known:
        raise PolicyAltered(
            N_("The office's policy is of a signer not known here: the certificate beside it is gone or another."),
            _MEND,
        )
    return held


def profile_for(profile: str | None, *, named: bool) -> str | None:
    """The profile to measure with: where none was named, the usual one or the policy's, whichever is more.

    None is no measurement. Raises PolicyError.
    """
    if named or profile is None:
        return profile
    held = in_force()
    return profile if held is None else policy.greater(profile, held.policy.profile)


def require(
    case: Case, declaration: Declaration, profile: str | None, origin: Origin, *, many: bool = False
) -> PolicyNamed | None:
    """The policy that an inspection is made under, as its record names it; None where there is none.

    Asked before anything is collected. `profile` is looked at for a card of this machine alone, and only where it is
    measured at all or must be; `many` objects share these papers, so that what is of one object is not asked for. A
    simulation or sample is not bound. Raises PolicyNotMet with all that is missing, PolicyError.
    """
    held = in_force()
    if held is None:
        return None
    if policy.binds(origin):
        _require_fields(held, case, declaration, many=many)
    if origin is Origin.MACHINE:
        _require_profile(held, profile)
    log.event("policy-used", version=held.policy.number)
    return held.named


def name_of(held: Held) -> str:
    """The policy, in a sentence's words."""
    return N_(f"the policy No. {held.policy.number} of {held.policy.office}")


def _require_fields(held: Held, case: Case, declaration: Declaration, *, many: bool) -> None:
    missing = policy.missing(held.policy.mandatory, case, declaration, many=many)
    if missing:
        words = ", ".join(FIELDS[name].words for name in missing)
        options = " ".join(f"--{name}" for name in missing)
        raise PolicyNotMet(
            f"By {name_of(held)} nothing is inspected without: {words}.",
            f"Fill them in: options {options}, or the page Case of the window.",
        )


def _require_profile(held: Held, profile: str | None) -> None:
    least = held.policy.profile
    if profile is None:
        if not held.policy.no_measure:
            raise PolicyNotMet(
                f"By {name_of(held)} a card of this machine is measured.",
                f"Measure it with --profile {least or policy.PROFILES[0]}, or more.",
            )
    elif not policy.at_least(profile, least):
        raise PolicyNotMet(
            f"By {name_of(held)} a card is measured with the profile {least} at least; {profile} is less.",
            f"Use --profile {least}",
        )


def trusted_here() -> tuple[bytes, ...]:
    """The certificates of report signers that the policy in force vouches for. Raises PolicyError."""
    held = in_force()
    return () if held is None else tuple(one.encode() for one in held.policy.trusted)


def data_authorities() -> tuple[bytes, ...]:
    """The certificates that may sign reference data, by the policy in force. Raises PolicyError."""
    held = in_force()
    return () if held is None or not held.policy.data_authority else (held.policy.data_authority.encode(),)


def watch_lists() -> tuple[tuple[watching.Held, ...], tuple[Gap, ...]]:
    """The watch-lists inside the policy in force, and a gap for each that it asks for and that is not kept here.

    A list's signer is known where the policy trusts it, or its own signer's authorities lead there. Raises PolicyError.
    """
    from gpu_inspector.workflow import watching  # it brings the ledger along, which no short command needs

    held = in_force()
    if held is None:
        return (), ()
    trust = (*(one.encode() for one in held.policy.trusted), *held.trust)
    inside = tuple(watching.read_list(text.encode(), trust) for text in held.policy.watch_lists)
    there = {path.stem for path in watching.files()} | {one.digest for one in inside}
    gaps = tuple(
        Gap(
            watching.SOURCE,
            N_(f"The office's policy asks for a watch-list ({digest[:16]}…) that is not kept here."),
            N_("Ask the office for it, then: gpu-inspector watchlist import FILE"),
        )
        for digest in held.policy.lists_asked
        if digest not in there
    )
    return inside, gaps


def vouched() -> tuple[tuple[bytes, ...], str]:
    """The certificates that the policy vouches for, or the sentence why it cannot be asked: looking needs no policy."""
    try:
        return trusted_here(), ""
    except GpuInspectorError as error:
        return (), N_(f"{error.message} Its certificates were not taken as trusted.")


def in_use() -> str:
    """Number and head of the digest, "none" or "unusable": for diagnostics, which name nobody. Never raises."""
    try:
        held = in_force()
    except GpuInspectorError:
        return "unusable"
    return "none" if held is None else f"{held.policy.number}+{held.digest[:12]}"
