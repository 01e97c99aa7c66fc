"""Searches across blocks: of a full block bits answer, of the last one the index, and both answer alike."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from registry_filled import Filled
from registry_server import OWNER, Server, Urls

from gpu_inspector.registry import bitmaps, indexing, offices, schema, search, words
from gpu_inspector.registry.connection import Registry, connect
from gpu_inspector.registry.search import Question

ROWS = 67_000
"""A block and a little of the next one."""
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_LISTED = f"""
INSERT INTO gpu_inspector.listing SELECT 1 + n % 2, (n + 1) / 2, gen_random_uuid(),
    timestamptz '2020-01-01 00:00:00+00' + n * interval '1 minute', 'S' || n,
    CASE n % 3 WHEN 0 THEN 'GeForce' ELSE 'Tesla' END, 'CONSISTENT', 'SOUND', '', n % 50, 0, '', '', '', 1,
    'this machine', '', ''
FROM generate_series(1, {ROWS}) AS n
"""
_FOUND = """
INSERT INTO gpu_inspector.found SELECT n, office, seq, made_at, array_to_tsvector(ARRAY(
    SELECT lpad(to_hex(n >> 16), 5, '0') || w FROM unnest(ARRAY[lower(product), lower(case_number), '=o' || office,
        '=v' || verdict_rank, CASE WHEN n IN (5, 65535, 65536, 66990) THEN 'quadro' ELSE 'gpu' END]) AS w))
FROM (SELECT *, substr(case_number, 2)::bigint AS n FROM gpu_inspector.listing) AS l
"""


def typed(text: str, *more: str) -> Question:
    return Question(terms=(*(words.terms_of(text) or ()), *more))


def rank(*of: int) -> str:
    return words.among("verdict", of)


def asked(registry: Registry, question: Question, after: int | None, most: int = 40) -> list[int]:
    return [one.arrival for one in search.full_page(registry, question, after, most, 60.0).rows]


CASES: tuple[tuple[Question, Callable[[int], bool]], ...] = (
    (Question(), lambda _n: True),
    (typed("geforce"), lambda n: n % 3 == 0),
    (typed("gef"), lambda n: n % 3 == 0),
    (typed("geforce tesla"), lambda _n: False),
    (typed("tesla", rank(7)), lambda n: n % 3 != 0 and n % 50 == 7),
    (typed("", rank(7, 8)), lambda n: n % 50 in (7, 8)),
    (typed("", rank(7, 77)), lambda n: n % 50 == 7),
    (typed("quadro"), lambda n: n in (5, 65535, 65536, 66990)),
    (typed("tesla quadro"), lambda n: n in (5, 65536)),
    (typed("s123"), lambda n: str(n).startswith("123")),
    (typed("s9"), lambda n: str(n).startswith("9")),
    (typed("s9 geforce"), lambda n: str(n).startswith("9") and n % 3 == 0),
    (typed("s4711"), lambda n: str(n).startswith("4711")),
    (typed("zeppelin"), lambda _n: False),
    (typed("geforce zeppelin"), lambda _n: False),
    (Question(office="Office B"), lambda n: n % 2 == 1),
    (Question(office="office b", terms=(rank(8),)), lambda _n: False),
    (Question(products=("tesla",)), lambda n: n % 3 != 0),
    (Question(products=("tesla", "x"), terms=(rank(9),)), lambda n: n % 3 != 0 and n % 50 == 9),
    (Question(until=FIRST + timedelta(minutes=500)), lambda n: n < 500),
    (Question(until=FIRST + timedelta(minutes=500), terms=(rank(9),)), lambda n: n < 500 and n % 50 == 9),
    (Question(since=FIRST + timedelta(minutes=66999), terms=(rank(9),)), lambda _n: False),
    (Question(terms=("'~geforce' & '~s9':*",)), lambda n: n % 3 == 0 and str(n)[0] == "9"),
    (Question(terms=("!'~geforce' & '~s9':*", rank(1))), lambda n: n % 3 != 0 and n % 50 == 1 and str(n)[0] == "9"),
)


def wrong(registry: Registry, after: int | None, sees: Callable[[int], bool]) -> list[Question]:
    """The questions whose answer is not what the rows say."""
    top = ROWS + 1 if after is None else after
    return [
        question
        for question, fits in CASES
        if asked(registry, question, after) != [n for n in range(top - 1, 0, -1) if fits(n) and sees(n)][:40]
    ]


def test_the_bits_of_a_full_block_answer_as_its_words_do(registry_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    server, database = registry_urls.server, registry_urls.database
    server.execute(_LISTED, _FOUND, "ANALYZE", database=database)
    count = "SELECT count(DISTINCT block), count(*) > 0 FROM gpu_inspector.frequent"
    assert server.execute(count, database=database) == [(0, False)]
    with connect(registry_urls.office_c) as registry:
        assert wrong(registry, None, lambda _n: True) == []
    assert Filled(registry_urls).index() == 0  # nothing new: but a block that is full has its bits now
    assert server.execute(count, database=database) == [(1, True)]
    with connect(registry_urls.office_c) as registry:  # a server that has no time says each time where to go on
        for question, fits in CASES[3:8]:
            found, after = [], None
            for _asked in range(60):
                page = search.page(registry, question, after, 900, 0)
                found += [one.arrival for one in page.rows]
                if (after := page.after) is None:
                    break
            assert found == [n for n in range(ROWS, 0, -1) if fits(n)], question
    with connect(registry_urls.registrar) as registry, registry.connection.transaction():
        assert not indexing.mark(registry.connection)
    with connect(registry_urls.office_c) as registry:
        for after in (None, 65_537, 40_000):
            assert wrong(registry, after, lambda _n: True) == [], after
    with connect(registry_urls.office_b) as registry:  # sees its own alone
        assert wrong(registry, 66_000, lambda n: n % 2 == 1) == []
    monkeypatch.setattr(indexing, "MOST_WORDS", 9)
    server.execute("DELETE FROM gpu_inspector.frequent", database=database)
    Filled(registry_urls).index()  # of more words than memory is to hold no bits are made
    assert server.execute("SELECT word FROM gpu_inspector.frequent", database=database) == [("",)]
    with connect(registry_urls.office_c) as registry:
        assert wrong(registry, 66_500, lambda _n: True) == []


def test_an_index_of_smaller_blocks_is_made_anew(postgres: Server, _migrated: str) -> None:
    database = postgres.new_database(owner=OWNER)
    postgres.restore(database, (Path(__file__).parent / "dumps/schema-2.sql").read_text())
    assert postgres.execute("SELECT words::text FROM gpu_inspector.found", database=database) == [("'00000old'",)]
    with connect(postgres.url(OWNER, database)) as registry:
        schema.init(registry)
        offices.appoint(registry, "gi_dump_registrar")
    with connect(postgres.url("gi_dump_registrar", database)) as registry:
        assert asked(registry, Question(), None) == []
        assert indexing.catch_up(registry) == 1
        assert [one.seq for one in search.page(registry, Question(), None, 10).rows] == [2]
    postgres.drop_database(database)


def rows_of(seed: int) -> list[tuple[int, str]]:
    """Rows of one block whose words share beginnings, some of them longer than what is kept."""
    dice = random.Random(seed)
    letters = ("a", "b", "ab", "é", "中")
    some = ["".join(dice.choices(letters, k=dice.randint(1, 12))) for _ in range(40)] + ["x" * 40, "x" * 50]
    weights = [dice.random() ** 6 for _ in some]
    return [
        (place, " ".join(f"0000a{one}" for one in {*dice.choices(some, weights, k=dice.randint(1, 4)), "=v1"}))
        for place in sorted(dice.sample(range(bitmaps.BLOCK), 3_000))
    ]


def test_a_beginning_has_its_bits_where_many_rows_have_it_and_none_where_few_do() -> None:
    for seed in range(6):
        rows = rows_of(seed)
        kept = dict(bitmaps.frequent(rows))
        order = sorted(kept)
        have: dict[str, set[int]] = {}
        for place, text in rows:
            for one in text.split():
                whole = one[words.BLOCK_DIGITS :] + bitmaps.END
                for length in range(1, len(whole) + 1):
                    have.setdefault(whole[:length], set()).add(place)
        for begun, places in have.items():
            first = next((one for one in order if one >= begun), "")
            if len(begun) > 24:
                assert not first.startswith(begun)
                continue
            assert first.startswith(begun) == (len(places) >= bitmaps.LEAST), begun
            if first.startswith(begun):
                bits = np.unpackbits(np.frombuffer(kept[first], dtype=np.uint8))
                assert set(np.flatnonzero(bits).tolist()) == places, begun
        assert any(len(places) < bitmaps.LEAST for places in have.values())
    assert list(bitmaps.frequent([(1, "0000aone")])) == []
