"""The index of the words as SQLite keeps it behind `listing_words`: is it one that FTS5 would have made?

FTS5's vocabulary shows whole words alone. The index also has the beginnings of words (which is what a search asks for),
sizes and averages: a row could be hidden from every search there, and the words would still be complete. FTS5's own
check looks through all of it, but it writes: so it is asked of a copy in the temporary tables.
"""

import sqlite3

_SHADOWS = ("data", "idx", "docsize", "config")
_PROBLEM = "The index of the search words was altered or is damaged{}."


def fault(connection: sqlite3.Connection, names: tuple[str, ...], options: str, *, texts: bool = True) -> str | None:
    """A sentence where the index is not one of these columns and options; None where it is.

    `texts` holds it against all texts of the listing, which takes as long as making it anew; without that its parts are
    held against each other. The temporary tables go when the caller's transaction is rolled back. Raises sqlite3.Error.
    """
    columns = ", ".join(names)
    connection.execute(f"CREATE TEMP VIEW kept_listing AS SELECT seq, {columns} FROM main.listing")  # noqa: S608
    connection.execute(
        f"CREATE VIRTUAL TABLE temp.kept_words USING fts5({columns}, "
        f"content='kept_listing', content_rowid='seq', {options})"
    )
    made = connection.execute("SELECT k, v FROM temp.kept_words_config ORDER BY k").fetchall()
    if connection.execute("SELECT k, v FROM main.listing_words_config ORDER BY k").fetchall() != made:
        return _PROBLEM.format(": its settings are not those that GPU Inspector makes")
    for name in _SHADOWS:
        connection.execute(f"DELETE FROM temp.kept_words_{name}")  # noqa: S608 - the names are our own
        connection.execute(f"INSERT INTO temp.kept_words_{name} SELECT * FROM main.listing_words_{name}")  # noqa: S608
    try:
        connection.execute("INSERT INTO temp.kept_words(kept_words, rank) VALUES ('integrity-check', ?)", (int(texts),))
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return _PROBLEM.format("")
    return None
