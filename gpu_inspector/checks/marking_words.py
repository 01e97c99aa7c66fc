"""What checks of markings share: naming photographs and products, and how far a marking may go against a paper."""

from collections.abc import Iterable

from gpu_inspector.checks import thresholds_eye as limits
from gpu_inspector.checks.answer import Answer, contradicted, sign
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product

PAPER = N_("the declaration")
_PHOTOGRAPH = N_("Photograph it close, and name the photograph with the answer. Ask for the papers of this very card.")
_PAPERS = N_("Ask the declarant for the papers of this very card.")


def against_paper(
    text: str,
    *,
    photographs: tuple[str, ...],
    expected: str,
    observed: str,
    witness: str,
    cause: str,
    innocent: tuple[str, ...],
    values: dict[str, Value],
) -> Answer:
    """What was seen contradicts the paper where a photograph shows it; the inspector's word alone is a strong sign."""
    if not photographs:
        return sign(
            Strength.STRONG,
            text,
            expected=expected,
            observed=observed,
            source=PAPER,
            witness=witness,
            cause=cause,
            innocent=innocent,
            advice=_PHOTOGRAPH,
            values=values,
        )
    return contradicted(
        text,
        expected=expected,
        observed=f"{observed}{named(photographs)}",
        against=PAPER,
        witness=witness,
        cause=cause,
        innocent=innocent,
        advice=_PAPERS,
        values=values,
    )


def named(photographs: tuple[str, ...]) -> str:
    """The photographs that show it, behind a fact: " (photograph 1f3870be274f)"; "" where there is none."""
    if not photographs:
        return ""
    some = [one[: int(limits.DIGEST_SHOWN)] for one in photographs[: int(limits.PHOTOGRAPHS_SHOWN)]]
    more = ", ..." if len(photographs) > len(some) else ""
    shown = f"{', '.join(some)}{more}"
    return N_(f" (photographs {shown})") if len(photographs) > 1 else N_(f" (photograph {shown})")


def meant(declaration: Declaration | None, catalogue: Catalogue) -> tuple[Product, ...]:
    """The products that the paper's words name; () where it names none."""
    return catalogue.resolve(declaration.product) if declaration is not None and declaration.product else ()


def namesakes(rows: Iterable[Product], catalogue: Catalogue) -> tuple[Product, ...]:
    """Every genuine product of the rows' names: a size in the paper must not leave out one of the name's dies."""
    names = dict.fromkeys(row.name for row in rows)
    return tuple(row for name in names for row in catalogue.by_name(name))


def in_words(rows: Iterable[Product]) -> str:
    """The names of the rows, each once."""
    return listed(sorted({row.name for row in rows}), int(limits.PRODUCTS_SHOWN))


def listed(texts: list[str], most: int) -> str:
    """So many of the texts, and dots for the rest."""
    return ", ".join(texts[:most]) + (", ..." if len(texts) > most else "")


def cut(text: str) -> str:
    """A typed text, of a length that a sentence can hold."""
    most = int(limits.TEXT_SHOWN)
    return text if len(text) <= most else f"{text[:most]}…"


def share_a_name(rows: Iterable[Product], others: Iterable[Product]) -> bool:
    """Whether any name is in both."""
    return bool({normalise(row.name) for row in rows} & {normalise(row.name) for row in others})
