"""What of this office's ledger leaves for the registry: by its policy and its settings, the stricter of the two.

Both are asked anew at each push. A policy that cannot be used lets nothing leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.errors import GpuInspectorError, RegistryError, SettingsError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, leaves, numbers
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.keyed import keyed, normal
from gpu_inspector.records.leaves import Leaves
from gpu_inspector.records.registry import CardNumber, Kind, Left
from gpu_inspector.workflow import policy, registry_keys

if TYPE_CHECKING:
    from gpu_inspector.records.evidence import Evidence
    from gpu_inspector.records.registry import Leave
    from gpu_inspector.workflow.registry_push import Pushed


@dataclass(frozen=True, slots=True)
class Rule:
    """What leaves, and who says so."""

    leaves: Leaves
    numbers_keyed: bool = False
    key: bytes | None = None
    """The registry's, where numbers are keyed."""
    why: str = ""
    """Who says so, in words."""


def rule() -> Rule:
    """What leaves now. Raises PolicyError, SettingsError, RegistryError where the key that is needed is not here."""
    held = policy.in_force()
    found, trouble = preferences.load()
    if trouble:
        raise SettingsError(trouble, "Choose again what may leave for the registry.")
    said = held.policy.leaves if held is not None else ""
    keyed_alone = found.registry_numbers_keyed or (held is not None and held.policy.numbers_keyed)
    step = leaves.allowed((said, found.registry_leaves), numbers_keyed=keyed_alone)
    if held is not None and said == step:
        why = policy.name_of(held)
    else:
        why = N_("the settings") if found.registry_leaves else N_("nobody chose otherwise")
    wanted = keyed_alone and step is not Leaves.NOTHING
    return Rule(step, keyed_alone, registry_keys.require_key() if wanted else None, why)


@dataclass(frozen=True, slots=True)
class Asking:
    """In which forms numbers of cards may go to the registry as a question."""

    plain: bool = False
    key: bytes | None = None
    """That of keyed digests; None where none may, or can, be made."""


def asking() -> Asking:
    """What may be asked: a question tells a number as a row does. Never raises: where nobody can tell, nothing may."""
    try:
        made = rule()
        if made.leaves is Leaves.NOTHING:
            return Asking()
        plain = made.leaves is not Leaves.DIGESTS and not made.numbers_keyed
        return Asking(plain, made.key or registry_keys.key())
    except GpuInspectorError:
        return Asking()


class Counted:
    """What leaves, and of how many rows it did: for the custody log, however a push ends."""

    def __init__(self, inner: Leave) -> None:
        self.rows = 0
        self._inner = inner

    def __call__(self, body: bytes) -> Left:
        left = self._inner(body)
        self.rows += 1
        return left


def require_something(made: Rule) -> None:
    """Raises RegistryError where nothing may leave."""
    if made.leaves is Leaves.NOTHING:
        raise RegistryError(
            f"Nothing may leave this office for a registry ({made.why}); nothing was sent.",
            "Ask who signs the office's policy, or change the settings.",
        )


def left_words(made: Rule, sent: int, done: Pushed | None) -> tuple[int | None, str]:
    """(the last row, what left) for the custody log: of `sent` rows; `done` is None where the push broke off."""
    step = leaves.WORDS[made.leaves]
    if done is None:
        last, what = None, N_(f"{sent} rows, and the push broke off: {step}")
    else:
        first = done.head - done.accepted + 1
        last = min(first + sent - 1, done.rows) if done.refused else done.head + done.delivered
        what = N_(f"rows {first} to {last}: {step}")
    return last, N_(f"{what}, numbers keyed") if made.key is not None else what


def leave(made: Rule) -> Leave:
    """What leaves of a row, as a function of its body. The function raises CaptureError for a body that is none."""
    require_something(made)
    if made.leaves is Leaves.EVERYTHING:
        return lambda _body: Left(kind=Kind.WHOLE)
    return lambda body: _reduced(made, canonical.decode(body, Inspection, N_("inspection")))


def _reduced(made: Rule, inspection: Inspection) -> Left:
    if made.leaves is Leaves.DIGESTS:
        there = _numbers(inspection.evidence, made.key) if made.key is not None else ()
        return Left(kind=Kind.DIGEST, body=None, numbers=there)
    from gpu_inspector.records import leaving  # it reads the records' types, which no other command needs

    body = canonical.encode(leaving.redacted(inspection, made.key))
    return Left(kind=Kind.REDACTED, body=body, numbers=_numbers(inspection.evidence, made.key))


def _numbers(evidence: Evidence, key: bytes | None) -> tuple[CardNumber, ...]:
    """Of each card by its place, each number once, as the ledger's search for earlier sightings takes them."""
    known = {(one.kind, normal(one.value)) for one in numbers.numbers_of(evidence)}
    found: dict[CardNumber, None] = {}
    for place, card in enumerate(evidence.cards):
        for _source, claims in card.claims:
            for kind in numbers.FIELDS:
                value = getattr(claims, kind)
                if value and (kind, normal(value)) in known:
                    said = normal(value) if key is None else keyed(kind, value, key)
                    found[CardNumber(card=place, kind=kind, keyed=key is not None, value=said)] = None
    return tuple(found)
