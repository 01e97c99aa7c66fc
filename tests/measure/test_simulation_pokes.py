"""Poked words of the simulated cells, against a dictionary that does the same one word at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_inspector.measure.simulation.pokes import Pokes

PAGES = 3
WORDS = st.sampled_from([0, 1, 2, 65535])
PLACES = st.lists(st.tuples(st.integers(0, PAGES - 1), WORDS), max_size=6)
STEPS = st.lists(
    st.tuples(st.just("poke"), PLACES) | st.tuples(st.just("find"), PLACES) | st.tuples(st.just("write"), PLACES),
    max_size=12,
)


@given(steps=STEPS)
@settings(deadline=None)
def test_they_are_a_dictionary_that_a_written_page_empties(steps: list[tuple[str, list[tuple[int, int]]]]) -> None:
    written = np.zeros(PAGES, dtype=np.int64)
    pokes = Pokes(written)
    model: dict[tuple[int, int], list[int]] = {}
    for operation, (what, places) in enumerate(steps, 1):
        pages = np.array([page for page, _ in places], dtype=np.int64)
        words = np.array([word for _, word in places], dtype=np.int64)
        if what == "poke":
            values = np.arange(4 * len(places), dtype=np.uint64).reshape(-1, 4) + np.uint64(1000 * operation)
            pokes.add(pages, words, values, operation)
            model.update(zip(places, values.tolist(), strict=True))
            values[:] = 0  # the caller's buffer is its own again
        elif what == "write":
            written[pages] = operation
            model = {place: lanes for place, lanes in model.items() if place[0] not in pages}
        else:
            found, values = pokes.find(pages, words)
            assert found.tolist() == [place in model for place in places]
            assert values.tolist() == [model[place] for place in places if place in model]
    for page in range(PAGES):
        words, values = pokes.of(page)
        assert dict(zip(words.tolist(), values.tolist(), strict=True)) == {
            word: lanes for (where, word), lanes in model.items() if where == page
        }
        assert words.tolist() == sorted(words.tolist())
