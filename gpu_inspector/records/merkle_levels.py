"""All hashes of a tree at once, for whoever has to show again and again that a beginning of it is its beginning.

`merkle.consistency` hashes the whole tree for each proof; with every level kept, a proof takes a few hashes. A tree of
a million leaves takes some 150 MB of memory.
"""

from collections.abc import Iterable

from gpu_inspector.records import merkle


class Levels:
    """The tree over these leaves."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [[merkle.leaf(data) for data in leaves]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = range(0, len(below) - 1, 2)
            self._levels.append([merkle.node(below[at], below[at + 1]) for at in pairs])
        self.size = len(self._levels[0])

    def root(self) -> bytes:
        """The tree's hash. Raises IndexError for an empty tree."""
        return self._root(0, self.size)

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """As `merkle.consistency` of all leaves. Raises IndexError where there are not so many."""
        if not 0 < older <= self.size:
            raise IndexError(f"there are no {older} leaves")
        start, end, whole = 0, self.size, True
        path: list[bytes] = []
        while older != end - start:
            half = 1 << ((end - start - 1).bit_length() - 1)
            if older <= half:
                path.append(self._root(start + half, end))
                end = start + half
            else:
                path.append(self._root(start, start + half))
                start, older, whole = start + half, older - half, False
        if not whole:
            path.append(self._root(start, end))
        return tuple(reversed(path))

    def _root(self, start: int, end: int) -> bytes:
        """Of leaves `start` to before `end`, where `start` is the beginning of a subtree of that size."""
        size = end - start
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self._levels[height][start >> height]
        half = 1 << (size.bit_length() - 1)
        return merkle.node(self._root(start, start + half), self._root(start + half, end))
