"""Inspections of many rows, read for what the search tables say of them: as strictly as one by one, and faster.

Most of a row is its judgement, of which the search tables say little; but a row that is no inspection must be found all
the same, so the type of every field is looked at. msgspec makes structs of its own in half the time that it takes to
make dataclasses: so the judgement's records have twins here, made from the records themselves, and what is added to a
record is read here too. And most of a judgement are findings, most of which were found of other cards in the same words
(of simulated cards of many products, 97 of 100 bytes): what was read once as a finding is known again.
"""

import dataclasses
import types
import typing
from functools import cache
from operator import itemgetter
from typing import Annotated, Any, cast

import msgspec

from gpu_inspector.ledger.listing import inspection_of
from gpu_inspector.records.canonical import FORMAT, LARGEST
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.inspection import CardJudgement, Inspection, Judgement

_Format = Annotated[int, msgspec.Meta(ge=1, le=FORMAT)]
_FINDINGS = b'"findings":'
_BEGINNING = b'{"advice":'
"""How the canonical JSON of a finding begins: no field's name comes before this one's."""
_MOST_BYTES = 16 * 1024 * 1024
"""Findings that are kept in mind; a card's are some 40 KB."""


class Reader:
    """Reads the inspections of many rows."""

    def __init__(self) -> None:
        """It keeps in mind what it has read as a finding."""
        self._known: set[bytes] = set()
        """Texts that are each one finding, without their _BEGINNING."""
        self._bytes = 0

    def read(self, seq: int, body: bytes) -> Inspection:
        """The inspection that row `seq` holds; its judgement's records are twins, with the same names and values.

        The findings alone are not among them. What is not read at once is read as `inspection_of` does, which has the
        last word. Raises LedgerError as that does.
        """
        if len(body) <= LARGEST:
            try:
                found = cast(Inspection, decoder(_twin_of_inspection()).decode(body))
                if self._are_findings(body, found.judgement.cards):
                    return found
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
                pass  # told below, in the usual words
        return inspection_of(seq, body)

    def _are_findings(self, body: bytes, cards: tuple[CardJudgement, ...]) -> bool:
        """Whether every text that stands under the name of findings is a list of them; False where that is not plain.

        Of two members with the same name only the last is handed out, and a name may be written with an escape: so what
        is around the texts is looked through for both.
        """
        end, around = 0, []
        for card in cards:
            text = bytes(cast(msgspec.Raw, card.findings))
            name = body.find(_FINDINGS, end)
            begin = name + len(_FINDINGS)
            if name < 0 or not body.startswith(text, begin) or not self._is_list(text):
                return False
            around.append(body[end:name])
            end = begin + len(text)
        around.append(body[end:])
        return not any(_FINDINGS in part or (b"\\" in part and b"\\u" in part) for part in around)

    def _is_list(self, text: bytes) -> bool:
        """A bracket, texts of one finding each with a comma between, a bracket: put together so, they are a list."""
        if text == b"[]":
            return True
        first, *parts = text[1:-1].split(_BEGINNING)
        if first or not parts or text[:1] != b"[" or text[-1:] != b"]":
            return False
        parts[-1] += b","
        if not self._known.issuperset(parts):
            for part in parts:
                if part not in self._known:
                    self._learn(part)
        return True

    def _learn(self, part: bytes) -> None:
        """Raises msgspec.MsgspecError or ValueError for what is no finding."""
        if not part.endswith(b","):
            raise ValueError
        decoder(Finding).decode(_BEGINNING + part[:-1])
        self._bytes += len(part)
        if self._bytes > _MOST_BYTES:
            self._known.clear()
            self._bytes = len(part)
        self._known.add(part)


@cache
def _twin_of_inspection() -> type[msgspec.Struct]:
    """Evidence, case and papers stay the records that they are: others ask them for more than their fields."""
    kinds = typing.get_type_hints(Inspection, include_extras=True)
    fields = [field for field in dataclasses.fields(Inspection) if field.name not in ("judgement", "format")]
    twins = [("judgement", _twin(Judgement)), ("format", _Format)]  # both must be there
    return _struct(
        Inspection.__name__, [*((field.name, kinds[field.name], *_default(field)) for field in fields), *twins]
    )


@cache
def _twin(record: type) -> type[msgspec.Struct]:
    kinds = {name: _twins_within(kind) for name, kind in typing.get_type_hints(record, include_extras=True).items()}
    fields = [(one.name, kinds[one.name], *_default(one)) for one in dataclasses.fields(record)]
    if record is CardJudgement:
        fields = [one for one in fields if one[0] != "findings"] + [("findings", msgspec.Raw, msgspec.Raw(b"[]"))]
    return _struct(record.__name__, fields)


def _struct(name: str, fields: list[Any]) -> type[msgspec.Struct]:
    """In the order of canonical JSON: msgspec looks for a name first where it expects the next field."""
    return msgspec.defstruct(name, sorted(fields, key=itemgetter(0)), kw_only=True, frozen=True, gc=False)


def _default(field: dataclasses.Field[Any]) -> tuple[Any, ...]:
    if field.default is not dataclasses.MISSING:
        return (field.default,)
    if field.default_factory is not dataclasses.MISSING:
        return (msgspec.field(default_factory=field.default_factory),)
    return ()


def _twins_within(kind: Any) -> Any:
    """The type with twins in the place of the records in it; where that is not plain, the type as it is."""
    if dataclasses.is_dataclass(kind):
        return kind if hasattr(kind, "__post_init__") else _twin(cast(type, kind))
    whole, parts = typing.get_origin(kind), typing.get_args(kind)
    if whole not in (tuple, list, dict, typing.Union, types.UnionType):
        return kind
    twins = tuple(_twins_within(one) for one in parts)
    if twins == parts:
        return kind
    return typing.Union[twins] if whole in (typing.Union, types.UnionType) else whole[twins]  # noqa: UP007
