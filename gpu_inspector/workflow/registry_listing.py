"""The registry's search tables held against the rows that they were made from: who edits them hides a row.

Only a registrar may read these tables; an office sees them through a search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.records.registry import Kind
from gpu_inspector.records.registry_chain import BrokenError

if TYPE_CHECKING:
    from gpu_inspector.registry.checking import Examined
    from gpu_inspector.registry.connection import Registry


class Beside:
    """Listing and numbers of an office, in step with its rows."""

    def __init__(self, registry: Registry, office: int) -> None:
        from gpu_inspector.registry import rows_in

        self._lines = rows_in.listing(registry, office)
        self._numbers = rows_in.numbers(registry, office)
        self._line = next(self._lines, None)
        self._number = next(self._numbers, None)

    def hold(self, seq: int, kind: Kind, found: Examined) -> None:
        """What these tables say of a row with a body is what the body says. Raises BrokenError."""
        from gpu_inspector.registry import rows_out

        line = self._line
        if line is None or line[0] != seq or line[1] != rows_out.values_of(found.listed):
            raise _other(seq if line is None or line[0] >= seq else line[0])
        self._line = next(self._lines, None)
        said = self._numbers_of(seq)
        meant = {(one.card, one.kind, one.keyed, rows_out.storable(one.value)) for one in found.numbers}
        # What came beside a redacted body is the office's word, and stands nowhere else.
        if not (meant <= said if kind is Kind.REDACTED else meant == said):
            raise _other(seq)

    def end(self) -> None:
        """No row with a body comes any more. Raises BrokenError."""
        if self._line is not None:
            raise _other(self._line[0])

    def _numbers_of(self, seq: int) -> set[tuple[object, ...]]:
        said = set()
        while self._number is not None and self._number[0] <= seq:
            if self._number[0] == seq:
                said.add(self._number[1])
            self._number = next(self._numbers, None)
        return said


def _other(seq: int) -> BrokenError:
    return BrokenError(seq, f"The search table says something else of row {seq} than the row itself.")
