"""The sparse probe: a few words a page, written, pushed out of the cache, read back in another order.

It takes milliseconds and is kept before any page is written whole, since a forged card may die of that. It proves a
fold of whole pages where it finds one; that it finds none proves nothing.
"""

from dataclasses import dataclass

import numpy as np

from gpu_inspector.measure.area import Counts, Flags, PassKey
from gpu_inspector.measure.decode import PAGE_SHIFT, UNTESTED, Letters, State, fold_of_pages, letters_of
from gpu_inspector.measure.pattern import expected
from gpu_inspector.measure.raw_pages import constants, owners_of
from gpu_inspector.measure.traffic import Traffic
from gpu_inspector.records.silicon import WORDS_PER_PAGE, Fold

PLACES = np.array([0, 21_851, 43_699], dtype=np.int64)
"""Words of each page that are written: a third of a page apart, and so that no small number of channels has them all.
One lost channel thus never makes a page look absent."""
MOST = 2
"""A page is another's where this many of its words name another page."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """What the probe saw; counts are of pages."""

    right: int
    owners: int
    """Distinct pages whose words were read back, from wherever."""
    aliased: int
    absent: int
    letters: Letters
    """For each page what its few words say; "u" where that is nothing against the page."""
    fold: Fold | None


def probe(traffic: Traffic, what: PassKey) -> Sparse:
    """Run the probe over the whole area. Raises DeviceError; `traffic.position_bytes` then says where."""
    area, salt = traffic.area, traffic.run.salt
    page = np.arange(area.pages, dtype=np.int64)
    words = (page[:, None] * WORDS_PER_PAGE + PLACES).ravel()
    should = expected(words.astype(np.uint64), what.number, what.kind, salt)
    traffic.poke(words, should)
    traffic.flush()
    read = traffic.gather(words[::-1])[::-1]
    owner, _ = owners_of(words, read, what, salt, area.words)
    right = (read == should).all(axis=1).reshape(-1, len(PLACES))
    # An owner at another place inside of its page was never written by this probe: such a word is no answer.
    moved = (owner >= 0) & (owner % WORDS_PER_PAGE == words % WORDS_PER_PAGE)
    alias = moved.reshape(right.shape)
    owner_page = np.where(alias, owner.reshape(right.shape) >> PAGE_SHIFT, -1).max(axis=1)
    folded = alias.sum(axis=1) >= MOST
    absent = constants(read).reshape(right.shape).all(axis=1)
    there = right.any(axis=1) & ~folded
    return Sparse(
        right=int(there.sum()),
        owners=int(there.sum()) + len(np.setdiff1d(owner_page[folded], page[there])),
        aliased=int(folded.sum()),
        absent=int(absent.sum()),
        letters=_letters(np.where(folded, State.FOLDED, State.ABSENT), folded | absent),
        fold=fold_of_pages(page[folded], owner_page[folded], int(folded.sum()), straight=True)
        if folded.any()
        else None,
    )


def _letters(state: Counts, known: Flags) -> Letters:
    return np.where(known, letters_of(state), np.uint8(ord(UNTESTED))).astype(np.uint8)
