"""The office's policy put in force and taken away, and how it stands in words.

A kill in the middle leaves the old policy or the new one in force, whole: the certificate is written first, the policy
after it, and what it replaces goes last.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import platforms, preferences
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import leaves
from gpu_inspector.records import policy as records
from gpu_inspector.records.policy import FIELDS, NONE_IN_FORCE, Bounds, Policy
from gpu_inspector.workflow import custody
from gpu_inspector.workflow.policy import files, folder, in_force, trust_of
from gpu_inspector.workflow.policy_file import Held, PolicyError, load_file, read_policy
from gpu_inspector.workflow.topics import Topic
from gpu_inspector.workflow.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class Standing:
    """How the office's policy stands on this machine, in plain texts."""

    name: str
    """ "No. 3 of Customs Office North, 2026-11-26", or that none is in force."""
    signer: str = ""
    lines: tuple[str, ...] = ()
    """What it demands and brings, a sentence each."""
    trouble: str = ""
    """Why a policy that is kept cannot be used; nothing is inspected then."""


def bounds() -> Bounds:
    """Those of the policy in force. Raises PolicyError where the kept one cannot be used."""
    held = in_force()
    if held is None:
        return Bounds()
    made = held.policy
    return Bounds(N_(f"policy No. {made.number} of {made.office}"), made.profile, made.no_measure, made.mandatory)


def install(path: Path, trust: tuple[bytes, ...], *, older: bool = False) -> Held:
    """Put the policy of this file in force; `trust` are certificates, which the first one of a signer needs.

    Raises PolicyError where the file is no policy, its signer is not known here, its number is not higher than that of
    the policy in force (unless `older`), or it cannot be kept.
    """
    data = load_file(path)
    try:
        with _alone():
            return _install(data, trust, older=older)
    except OSError as error:
        raise PolicyError(
            f"The policy cannot be kept in {folder()} ({error.strerror}).", "Look at that folder."
        ) from error


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One program at a time: two that install would each take the other's policy away. Raises OSError."""
    place = folder().with_name("policy.lock")
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("ab") as file:
        platforms.lock(file.fileno())
        yield


def _install(data: bytes, trust: tuple[bytes, ...], *, older: bool) -> Held:
    """Raises PolicyError, OSError."""
    before, trouble = _before()
    if trouble is not None and not trust:
        raise trouble
    kept = trust or (before.trust if before is not None else ())
    held = read_policy(data, kept)
    if not held.signer.known:
        raise PolicyError(
            f"The signer of this policy is not known here: {held.signer.name}, certificate SHA-256"
            f" {held.signer.fingerprint}; nothing was installed.",
            "Compare that with the office by another way, then install with --trust CERT.",
        )
    if before is not None and before.digest != held.digest and not older:
        _require_higher(before, held)
    if trust or before is None or before.digest != held.digest:
        write_whole(trust_of(held.digest), b"\n".join(kept))
    write_whole(folder() / f"{held.digest}.json", data)
    _take_away(held.digest)
    return held


def _before() -> tuple[Held | None, PolicyError | None]:
    try:
        return in_force(), None
    except PolicyError as error:
        return None, error


def _require_higher(before: Held, held: Held) -> None:
    if held.policy.number > before.policy.number:
        return
    raise PolicyError(
        f"Policy No. {before.policy.number} of {before.policy.office} is in force; this is No. {held.policy.number}"
        f" of {held.policy.office}, which is not newer. Nothing was installed.",
        "If the older one is really meant: policy install FILE --older",
    )


def _take_away(but: str = "") -> None:
    """Every kept policy but one, each with its certificate after it. Raises OSError, PolicyError."""
    for path in files():
        if path.stem != but:
            path.unlink()
    with contextlib.suppress(FileNotFoundError):
        for path in folder().iterdir():
            if path.suffix == ".trust" and path.stem != but:
                path.unlink()


def remove() -> str:
    """Take the policy out of force; which one it was, in words. Raises PolicyError where there is none."""
    try:
        with _alone():
            if not files():
                raise PolicyError("There is no office policy to be removed.", "See: gpu-inspector policy show")
            before, _trouble = _before()
            _take_away()
    except OSError as error:
        raise PolicyError(f"The policy cannot be removed ({error.strerror}).", f"Look at {folder()}.") from error
    return described(before) if before is not None else N_("a policy that could not be used")


def anchors() -> tuple[bytes, ...]:
    """The certificates by which the signer of the policy in force is known here; () where none can be used."""
    before, _trouble = _before()
    return before.trust if before is not None else ()


def described(held: Held) -> str:
    """ "No. 3 of Customs Office North, 2026-11-26" """
    return N_(f"No. {held.policy.number} of {held.policy.office}, {held.policy.made_at:%Y-%m-%d}")


def noted(ledger: Path, done: str, said: str) -> str:
    """A line in the custody log of a ledger that is there; "" or why there is none."""
    if not ledger.exists():
        return ""
    return custody.note(ledger, custody.What.POLICY, None, f"{done}: {said}")


def demands(made: Policy) -> tuple[str, ...]:
    """What a policy demands and brings, a sentence each."""
    fields = ", ".join(FIELDS[name].words for name in made.mandatory)
    least = N_(f"at least the profile {made.profile}") if made.profile else N_("any profile")
    if made.no_measure:
        how = N_(f"A card that is measured: {least}. A card of this machine may be inspected without being measured.")
    else:
        how = N_(f"A card that is measured: {least}. A card of this machine must be measured.")
    said = [
        N_(f"Mandatory fields: {fields or N_('none')}."),
        how,
        N_(f"Certificates of report signers that it vouches for: {len(made.trusted)}."),
        N_(f"Watch-lists: {len(made.watch_lists)} inside, {len(made.lists_asked)} asked for by digest."),
    ]
    said += [N_("It names who may sign reference data.")] if made.data_authority else []
    if made.leaves:
        said += [N_(f"What may leave for a registry of many offices: {leaves.WORDS[leaves.Leaves(made.leaves)]}.")]
    said += [N_("Numbers of cards leave as keyed digests alone.")] if made.numbers_keyed else []
    said += [N_(f"Note: {made.note}")] if made.note else []
    return tuple(said)


def standing() -> Standing:
    """How the policy stands here. Never raises."""
    try:
        held = in_force()
    except GpuInspectorError as error:
        return Standing(N_("an office policy that cannot be used"), trouble=str(error))
    if held is None:
        return Standing(NONE_IN_FORCE)
    signer = N_(f"{held.signer.name[: records.LONGEST_NAME]}, certificate SHA-256 {held.signer.fingerprint}")
    return Standing(described(held), signer, demands(held.policy))


def topic() -> Topic:
    """For the doctor: which policy is in force, or why one that is kept cannot be used."""
    here = standing()
    if here.trouble:
        return Topic(N_("office policy"), False, here.trouble)
    if not here.signer:
        return Topic(N_("office policy"), True, N_("none is in force"))
    return Topic(
        N_("office policy"), True, N_(f"{here.name}, signed by {here.signer}"), N_("See: gpu-inspector policy show")
    )


def install_from(path: Path, certificate: Path | None = None, *, older: bool = False) -> str:
    """Install, for whoever sits at the window; a sentence of what is in force now. Raises PolicyError."""
    trust: tuple[bytes, ...] = ()
    if certificate is not None:
        from gpu_inspector.probes import incoming

        trust = (incoming.open_file(certificate, None),)
    held = install(path, trust, older=older)
    remark = noted(preferences.ledger_path(), "installed", described(held))
    return N_(f"In force now: {described(held)}. {remark}").strip()
