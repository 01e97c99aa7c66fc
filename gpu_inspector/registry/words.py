"""The words by which the registry finds a row, and questions made of them: a folding of our own on both sides.

PostgreSQL's own folding of accents is an extension that a server may lack, and its rules change with the server's
locale: then the rows of last year would be found by other words than those of today.

Each word of a row begins with the number of its block, 65,536 rows in the order in which they came. So the index holds
the rows of one block together: the newest block is asked first, and a word that millions of rows bear costs no more
than its rows of one block.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

BLOCK_BITS = 16
"""Rows of a block, as a power of two: of fewer there would be too many blocks to ask in a large registry."""
BLOCK_DIGITS = 5
"""Of its number, in base 16."""
PLACE = "~"
"""Stands for the block's five digits in a question; no word holds it."""
MOST_TERMS = 12
"""Words of one question: people type three."""
COLUMNS = (
    "id",
    "case_number",
    "product",
    "verdict",
    "condition",
    "control",
    "inspector",
    "site",
    "place",
    "numbers",
    "papers",
)
"""What is looked through, as the ledger's `tables.WORD_COLUMNS`; `site` is the ledger's column "office"."""
_LONGEST = 64
"""Characters of a word; what goes beyond says nothing more."""
_MOST_WORDS = 400
"""Of one row: what a paper says may be long."""
_LONGEST_TEXT = 16_384
_HYPHENS = 4
"""Of a UUID."""
_PLAIN = re.compile("[0-9a-z]+")
_UUID = re.compile(r"(?<![0-9a-z])(gpu-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])")
_UUID_BEGUN = re.compile(r"(?:gpu-)?([0-9a-f]{8}(?:-[0-9a-f]*)+)")


def folded(text: str) -> str:
    """A text without accents and capitals."""
    short = text[:_LONGEST_TEXT]
    if short.isascii():
        return short.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", short).casefold())
    return "".join(one for one in plain if not unicodedata.category(one).startswith("M"))


def tokens(text: str) -> list[str]:
    """The words of a folded text: letters and digits, whatever stands between them."""
    if text.isascii():
        return _PLAIN.findall(text)
    return "".join(one if one.isalnum() else " " for one in text).split()


@lru_cache(maxsize=8192)
def _of_text(text: str) -> tuple[str, ...]:
    """The words of one column; products, offices and people come again and again."""
    plain = folded(text)
    found: list[str] = []
    if plain.count("-") >= _HYPHENS:
        for prefix, uuid in _UUID.findall(plain):
            found += [uuid.replace("-", ""), *(("gpu",) if prefix else ())]
        plain = _UUID.sub(" ", plain)
    return (*found, *(one[:_LONGEST] for one in tokens(plain)))


def words_of(
    arrival: int,
    office: int,
    texts: Mapping[str, str],
    verdict_rank: int,
    condition_rank: int,
    more_numbers: Iterable[str] = (),
) -> str:
    """The words of a row as PostgreSQL reads a tsvector; `more_numbers` are those that no column of `texts` holds.

    A UUID is one word, written without its hyphens: its groups would be millions of words that nobody looks for.
    """
    found: dict[str, None] = {}
    for text in (*(texts[name] for name in COLUMNS), *more_numbers):
        if text:
            found.update(dict.fromkeys(_of_text(text)))
    block = block_of(arrival)
    kept = [*list(found)[:_MOST_WORDS], f"={_V}{verdict_rank}", f"={_C}{condition_rank}", f"={_O}{office}"]
    return " ".join(f"'{block}{one}'" for one in kept)


_V, _C, _O = "v", "c", "o"


def block_of(arrival: int) -> str:
    """The five digits of a row's block."""
    return f"{arrival >> BLOCK_BITS:0{BLOCK_DIGITS}x}"


def terms_of(words: str) -> tuple[str, ...] | None:
    """People's words as questions, all of which have to be met: each begins a word, as in `ledger.search.match`.

    None where not one of them holds a letter or a digit, though something was typed.
    """
    found: dict[str, None] = {}
    for typed in words.replace("\0", " ").split():
        plain = folded(typed.encode("utf-8", "replace").decode("utf-8"))
        parts = [one[:_LONGEST] for one in tokens(plain)]
        if parts:
            begun = _UUID_BEGUN.fullmatch(plain.strip("\"'.,;()"))
            found.update(dict.fromkeys(_terms(parts, begun[1].replace("-", "") if begun else "")))
    if not found:
        return None if words.strip() else ()
    # The longest are those that fewest rows meet.
    return tuple(sorted(found, key=len, reverse=True)[:MOST_TERMS])


def _terms(parts: list[str], uuid: str) -> tuple[str, ...]:
    """One typed word: of several parts only the last one may be a beginning.

    Each part is a question of its own, so that the index is asked for the rare ones alone.
    """
    *whole, last = parts
    terms = (*(f"'{PLACE}{one}'" for one in whole), f"'{PLACE}{last}':*")
    return (f"({' & '.join(terms)}) | '{PLACE}{uuid[:_LONGEST]}':*",) if uuid else terms


def among(kind: str, values: Iterable[int]) -> str:
    """A question for rows of any of these ranks or offices; `kind` is "verdict", "condition" or "office"."""
    mark = {"verdict": _V, "condition": _C, "office": _O}[kind]
    return " | ".join(f"'{PLACE}={mark}{value}'" for value in values)
