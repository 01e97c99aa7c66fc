"""What people call a row: its number, the inspection's id, or the beginning of that id."""

import sqlite3

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import search

SHORTEST_BEGINNING = 4
"""Characters of an inspection's id that are enough to ask for it."""


def seq_of(connection: sqlite3.Connection, text: str) -> tuple[int, bool]:
    """The number of the row that is meant, and whether its id was given.

    Digits are a row's number where there is such a row, or else the beginning of an id. Raises LedgerError where
    nothing or more than one thing answers to it.
    """
    if _means_a_number(connection, text):
        return int(text), False
    if len(text) < SHORTEST_BEGINNING:
        raise LedgerError(
            f'"{text}" is too short for an inspection.',
            f"Give its number in the ledger, or at least {SHORTEST_BEGINNING} characters of its id.",
        )
    exact = search.seq_of_id(connection, text)
    found = search.seqs_of_beginning(connection, text) if exact is None else (exact,)
    if len(found) > 1:
        raise LedgerError(f'More than one inspection\'s id begins with "{text}".', "Give more of the id.")
    if not found:
        raise LedgerError(f'The ledger has no inspection "{text}".', "See `gpu-inspector history`.")
    return found[0], True


def _means_a_number(connection: sqlite3.Connection, text: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    if len(text) < SHORTEST_BEGINNING:
        return True
    last = connection.execute("SELECT max(seq) FROM inspection").fetchone()[0] or 0
    return len(text) < 20 and int(text) <= last
