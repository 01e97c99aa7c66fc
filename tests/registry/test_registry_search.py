"""The registry searched as the ledger is: by beginnings of words and filters, page by page, seen by whom it may."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from registry_filled import Filled
from registry_server import Urls

from gpu_inspector.errors import RegistryError
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.ledger.search import match
from gpu_inspector.records.registry_found import RegistryPage
from gpu_inspector.registry import indexing, search, words
from gpu_inspector.registry.connection import connect
from gpu_inspector.workflow import registry_search
from gpu_inspector.workflow.progress import Cancelled

UUID = "GPU-0f3a1b2c-1111-4222-8333-4444555566aa"
SERIAL = "1324520012345"


@pytest.fixture
def filled(registry_urls: Urls) -> Filled:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL), ("uuid", UUID)), verdict="CONTRADICTED", verdict_rank=3)
    made.put("B", product="NVIDIA A100-PCIE-40GB", case_number="B-77", inspector="Çelik", condition="NOT EXAMINED")
    made.put("C", product="Tesla T4", site="Łódź", papers="exhibit 4711", control="4A090.a, 3A090")
    made.put("A", made_at=datetime(2020, 1, 2, tzinfo=UTC), numbers=(("device_identifier", "9F3A61C2D47B08E5"),))
    assert made.index() == 4
    assert made.index() == 0
    return made


def rows(url: str, limit: int = 200, after: int | None = None, **query: Any) -> list[tuple[str, int]]:
    return [(one.registered[-1], one.seq) for one in registry_search.page(Query(**query), after, limit, url=url).rows]


TYPED: tuple[tuple[str, list[tuple[str, int]]], ...] = (
    ("geforce", [("A", 1), ("A", 2)]),
    ("GEF 40", [("A", 1), ("A", 2)]),
    ("a100", [("B", 1)]),
    ("celik", [("B", 1)]),
    ("ÇELIK", [("B", 1)]),
    ("łódź", [("C", 1)]),
    ("4711", [("C", 1)]),
    ("4a090", [("C", 1)]),
    ("b-7", [("B", 1)]),
    ("contra", [("A", 1)]),
    (SERIAL, [("A", 1)]),
    (SERIAL[:6], [("A", 1)]),
    (UUID, [("A", 1)]),
    (UUID[:14].lower(), [("A", 1)]),
    ("0f3a1b2c-1111", [("A", 1)]),
    ("0f3a", [("A", 1)]),
    ("9f3a61", [("A", 2)]),
    ("geforce celik", []),
    ("eforce", []),
    ("0f3a' | 'x", []),
    ("~=o1", []),
    ("!geforce", [("A", 1), ("A", 2)]),
    ("a2026/17", []),
)


def test_each_word_begins_a_word(filled: Filled) -> None:
    assert [(typed, sorted(rows(filled.urls.office_c, words=typed))) for typed, _found in TYPED] == list(TYPED)


def test_without_words_come_the_newest_and_signs_alone_find_nothing(filled: Filled) -> None:
    # What came in together stands by its day, oldest first; what comes later stands before it.
    assert rows(filled.urls.office_c) == [("C", 1), ("B", 1), ("A", 1), ("A", 2)]
    assert rows(filled.urls.office_c, words="-- '") == []
    assert match("-- '") is None
    filled.put("B", product="NVIDIA L4")
    filled.index()
    assert rows(filled.urls.office_c)[0] == ("B", 2)


def test_the_words_of_the_ledger_find_the_same_rows(filled: Filled) -> None:
    for typed in ("koln", "köln-b", "lager 3", "müll", "A-2026/1"):
        assert rows(filled.urls.office_c, words=typed), typed


FILTERS: tuple[tuple[dict[str, Any], list[tuple[str, int]]], ...] = (
    ({"verdicts": ("CONTRADICTED",)}, [("A", 1)]),
    ({"verdicts": ("CONTRADICTED", "CONSISTENT")}, [("C", 1), ("B", 1), ("A", 1), ("A", 2)]),
    ({"verdicts": ("no such",)}, []),
    ({"conditions": ("SOUND",), "words": "tesla"}, [("C", 1)]),
    ({"office": "office b"}, [("B", 1)]),
    ({"office": "nobody"}, []),
    ({"product": "tesla t4"}, [("C", 1)]),
    ({"product": "tesla"}, []),
    ({"controls": ("4A090.a, 3A090", "x")}, [("C", 1)]),
    ({"until": datetime(2021, 1, 1, tzinfo=UTC)}, [("A", 2)]),
    ({"since": datetime(2021, 1, 1, tzinfo=UTC), "words": "geforce"}, [("A", 1)]),
    ({"serial": SERIAL[:5]}, [("A", 1)]),
    ({"serial": "0F3A1B2C-11"}, [("A", 1)]),
    ({"serial": "9f3a61"}, [("A", 2)]),
    ({"serial": "4711"}, []),
)


def test_filters(filled: Filled) -> None:
    assert [(query, rows(filled.urls.office_c, **query)) for query, _found in FILTERS] == list(FILTERS)


def test_an_office_sees_what_its_role_may(filled: Filled) -> None:
    urls = filled.urls
    assert rows(urls.office_a) == [("A", 1), ("A", 2)]
    assert rows(urls.office_b) == [("B", 1)]
    assert rows(urls.office_b, words="geforce") == []
    assert rows(urls.office_b, office="Office A") == []
    assert len(rows(urls.registrar)) == 4
    assert registry_search.offices(url=urls.office_b) == ("Office B",)
    assert registry_search.offices(url=urls.office_c) == ("Office A", "Office B", "Office C")
    with pytest.raises(RegistryError):
        rows(urls.url("needs_password"))


def test_no_question_of_an_office_reaches_beyond_its_role(filled: Filled) -> None:
    """The function itself is called with what the program would never send."""
    with connect(filled.urls.office_b) as registry:
        for term in ("'~=o1'", "'~geforce':* | '~=o1'", "'00000geforce':*", "!'~nothing'"):
            found = search.page(registry, search.Question(terms=(term,)), None, 100, 1000)
            assert {one.registered for one in found.rows} <= {"Office B"}
        for term in ("&", "'", "'~geforce':* &", "(((("):
            with pytest.raises(RegistryError):
                search.page(registry, search.Question(terms=(term,)), None, 100)
        with pytest.raises(RegistryError):
            search.page(registry, search.Question(terms=("'~x'" * 3000,)), None, 100)


def test_pages_hold_every_row_once(filled: Filled) -> None:
    for _ in range(30):
        filled.put("A")
    filled.index()
    seen: list[tuple[str, int]] = []
    after = None
    while True:
        page = registry_search.page(Query(words="geforce"), after, 7, url=filled.urls.office_c)
        seen += [(one.registered, one.seq) for one in page.rows]
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 32


def test_a_row_far_down_is_found_across_blocks(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    made.put("A", product="Quadro NVS 295")
    registry_urls.server.execute(
        "INSERT INTO gpu_inspector.listing SELECT 2, n, gen_random_uuid(), now(), 'X', 'NVIDIA Tesla T4', 'CONSISTENT',"
        " 'SOUND', '', 0, 0, '', '', '', 1, 'this machine', '', '' FROM generate_series(1, 17000) AS n",
        "ANALYZE gpu_inspector.listing",
        database=registry_urls.database,
    )
    assert made.index() == 17_001
    with connect(registry_urls.office_c) as registry:
        question = search.Question(terms=words.terms_of("quadro") or ())
        whole = search.page(registry, question, None, 10, 2000)
        assert [one.seq for one in whole.rows] == [1]
        after, asked = None, 0
        while True:  # a server that has no time gives what it has, and says where to go on
            page = search.page(registry, question, after, 10, 0)
            asked += 1
            after = page.after
            if page.rows or after is None:
                break
        assert [one.seq for one in page.rows] == [1]
        assert 2 <= asked < 40
        both = search.page(registry, search.Question(terms=words.terms_of("tesla quadro") or ()), None, 10, 2000)
        assert both == RegistryPage(rows=(), after=None)
        full = search.page(registry, search.Question(terms=words.terms_of("tesla") or ()), None, 500, 2000)
        assert len(full.rows) == 500


def test_two_registrars_at_once_index_each_row_once(registry_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 3)
    made = Filled(registry_urls)
    for _ in range(20):
        made.put("A")
        made.put("B")
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(made.index())) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(counts) == 40
    assert len(rows(registry_urls.office_c)) == 40
    found = registry_urls.server.execute(
        "SELECT min(arrival), max(arrival), count(*) FROM gpu_inspector.found", database=registry_urls.database
    )
    assert found == [(1, 40, 40)]


def test_indexing_that_is_killed_in_the_middle_goes_on(registry_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 4)
    made = Filled(registry_urls)
    for _ in range(10):
        made.put("A")
    stops = iter((False, False, True))
    with connect(registry_urls.registrar) as registry:
        assert indexing.catch_up(registry, lambda: next(stops)) == 8
    assert made.index() == 2


def test_other_orders_are_refused_with_a_sentence(filled: Filled) -> None:
    for query in (Query(order=Order.OFFICE), Query(descending=False), Query(only_repeated=True)):
        with pytest.raises(RegistryError, match="newest first"):
            registry_search.page(query, url=filled.urls.office_c)


def test_whoever_stops_waits_no_longer(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> RegistryPage:
        time.sleep(5)
        return RegistryPage(rows=(), after=None)

    def stop(step: str, share: float) -> None:
        raise Cancelled("stopped")

    monkeypatch.setattr(search, "full_page", slow)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        registry_search.page(Query(), progress=stop, url=filled.urls.office_c)
    assert time.monotonic() - began < 3


def test_lines_that_make_no_sense_are_left_out() -> None:
    import uuid

    good = (
        9,
        "Office",
        3,
        uuid.uuid4(),
        datetime.now(UTC),
        "c",
        "p",
        "v",
        "s",
        "x",
        "i",
        "o",
        "pl",
        1,
        "m",
        "n" * 9999,
    )
    lines = [
        (10, *good[1:]),
        good,
        (20, *good[1:]),  # out of order
        (8, *good[1:3], "no uuid", *good[4:]),
        (7, None, *good[2:]),
        ("6", *good[1:]),
        (5,),
        (),
        (4, *good[1:4], "2026-01-01", *good[5:]),
        (3, *good[1:]),
    ]
    page = search._page(lines, 50, None)
    assert [one.arrival for one in page.rows] == [10, 9, 3]
    assert max(len(one.numbers) for one in page.rows) == search.LONGEST
    assert page.after is None
    again = search._page([(7, *good[1:])] * 50, 50, 7)  # a server that gives the same page for ever
    assert again.after is None


def test_words_are_bounded_whatever_a_paper_says() -> None:
    texts = dict.fromkeys(words.COLUMNS, "") | {"papers": " ".join(f"w{n}" for n in range(5000)), "id": "é" * 500}
    made = words.words_of(1, 1, texts, 0, 0, ("x" * 3000,))
    assert len(made.split()) <= 410
    assert max(map(len, made.split())) <= 75
    assert words.folded("ÀÉÎÖÜçñŞİ") == "aeioucnsi"
    assert words.terms_of("") == ()
