"""The history of all offices: the registry is searched as the ledger is, page by page, the newest first.

The newest are those that came to the registry last, as a ledger's are those that were put in last. An office sees
what its role may see. What is listed is the offices' word: a row itself is pulled and verified before it is relied on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.ledger.query import PAGE, Order, Query
from gpu_inspector.ledger.tables import CONDITION_RANKS, VERDICT_RANKS
from gpu_inspector.records.registry_found import RegistryPage
from gpu_inspector.workflow import registry_opening, registry_settings
from gpu_inspector.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from gpu_inspector.registry.search import Question

PATIENCE_S = 20.0
"""For one page, connecting included."""
_NO_RANK = -1
"""Of a word that is no headline: no row has it."""


def page(
    query: Query, after: int | None = None, limit: int = PAGE, progress: Progress = silent, url: str | None = None
) -> RegistryPage:
    """Up to `limit` rows after the mark `after`, and where to go on. Raises RegistryError, RegistryAway, Cancelled.

    It asks on until the page is full or nothing is left; where its time is over, it gives what it has by then.
    """
    from gpu_inspector.registry import search, waiting

    address = registry_settings.url(url)
    question = _question(query)
    if question is None:
        return RegistryPage(rows=(), after=None)
    return waiting.within(
        PATIENCE_S,
        lambda: registry_opening.opened(address),
        lambda registry: search.full_page(registry, question, after, limit, PATIENCE_S / 2),
        lambda: progress("looking", 0.0),
    )


def offices(progress: Progress = silent, url: str | None = None) -> tuple[str, ...]:
    """The offices whose rows can be searched here, to choose from. Raises RegistryError, RegistryAway, Cancelled."""
    from gpu_inspector.registry import search, waiting

    address = registry_settings.url(url)
    return waiting.within(
        PATIENCE_S, lambda: registry_opening.opened(address), search.offices, lambda: progress("looking", 0.0)
    )


def _question(query: Query) -> Question | None:
    """None where something was typed that no row can hold. Raises RegistryError for what a registry cannot do."""
    from gpu_inspector.registry import words
    from gpu_inspector.registry.search import Question

    if query.order is not Order.NUMBER or not query.descending or query.only_repeated:
        raise RegistryError(
            "The registry lists rows by when they came, the newest first.", "Take other orders and repeats off."
        )
    typed = words.terms_of(query.words)
    if typed is None:
        return None
    ranks = (
        words.among("verdict", (VERDICT_RANKS.get(one, _NO_RANK) for one in query.verdicts)),
        words.among("condition", (CONDITION_RANKS.get(one, _NO_RANK) for one in query.conditions)),
    )
    return Question(
        terms=(*(one for one in ranks if one), *typed),
        office=query.office,
        products=(query.product,) if query.product else (),
        controls=query.controls,
        since=query.since,
        until=query.until,
        serial=query.serial,
    )
