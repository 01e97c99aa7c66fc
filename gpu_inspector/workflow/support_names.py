"""Names that this bench's own answers may hold: of signers, offices, the control card; never written into a diagnosis.

What a certificate calls its owner has no form by which it could be known, so each place that a topic quotes is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from gpu_inspector.errors import GpuInspectorError

_LONGEST = 500


def of_this_bench(ledger: Path | None = None) -> set[str]:
    """Every name that could be found. What cannot be asked names nobody. `ledger` is where the control card stands."""
    found: set[str] = set()
    for ask in (_signer, _policy, _data, lambda: _control_card(ledger)):
        found.update(one[:_LONGEST] for one in _asked(ask) if one)
    return found


def _asked(ask: Callable[[], Iterable[str]]) -> tuple[str, ...]:
    try:
        return tuple(ask())
    except (GpuInspectorError, OSError):
        return ()


def _signer() -> Iterable[str]:
    from gpu_inspector.workflow import identities

    known = identities.signing()
    return () if known is None else _parts(known.name)


def _policy() -> Iterable[str]:
    from gpu_inspector.workflow import policy

    held = policy.in_force()
    return () if held is None else (held.policy.office, held.policy.note, *_parts(held.signer.name))


def _data() -> Iterable[str]:
    from gpu_inspector.workflow import data_packs

    for one in data_packs.installed():
        if one.record is not None:
            yield from (*_parts(one.record.signer), one.record.made_by, one.record.note)


def _control_card(ledger: Path | None) -> Iterable[str]:
    from gpu_inspector.workflow import control_card

    control = control_card.show(ledger) if ledger is not None else None
    return () if control is None else (control.name,)


def _parts(name: str) -> tuple[str, ...]:
    """A certificate's name, and its parts where it is a list of them ("Common Name: Meier, Organization: Office")."""
    values = (part.partition(":")[2] or part.partition("=")[2] for part in name.split(","))
    return (name, *(value.strip() for value in values))
