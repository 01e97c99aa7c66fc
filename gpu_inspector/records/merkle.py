"""The Merkle tree of RFC 6962 over the ledger's row digests: one hash that stands for all rows up to one.

A signed root lets a stranger be shown that one row is among them, with a few hashes and none of the other rows; and
that an older root is of the beginning of the same rows. The compact frontier (the roots of the perfect subtrees, from
the left) is all that a longer tree needs to know of a shorter one: a root after one row more costs a few hashes.
Everything here is a pure function of bytes; what comes from elsewhere is bounded before it is computed with.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

HASH_BYTES = 32
LONGEST_PATH = 64
"""Hashes: no tree of 2^63 leaves has a longer way to its root."""

Frontier = tuple[bytes, ...]
"""The roots of the perfect subtrees, the largest first: as many as the number of leaves has binary ones."""


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Growing:
    """A tree that takes leaves one after the other and can always tell its root."""

    def __init__(self, size: int = 0, frontier: Frontier = ()) -> None:
        """Begin with nothing, or where `frontier` stands. Raises ValueError where the two do not belong together."""
        if size < 0 or len(frontier) != size.bit_count() or any(len(one) != HASH_BYTES for one in frontier):
            raise ValueError(f"no tree of {size} leaves has such a frontier")
        self.size = size
        self._roots = list(frontier)

    def add(self, data: bytes) -> None:
        """One leaf more."""
        grown = leaf(data)
        rest = self.size
        while rest & 1:
            grown = node(self._roots.pop(), grown)
            rest >>= 1
        self._roots.append(grown)
        self.size += 1

    @property
    def frontier(self) -> Frontier:
        """What a longer tree needs to know of this one."""
        return tuple(self._roots)

    def root(self) -> bytes:
        """The tree's hash; that of no bytes for an empty tree."""
        if not self._roots:
            return hashlib.sha256().digest()
        whole = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            whole = node(left, whole)
        return whole


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves."""
    tree = Growing()
    for data in leaves:
        tree.add(data)
    return tree.root()


def packed(frontier: Frontier) -> bytes:
    """A frontier as bytes."""
    return b"".join(frontier)


def unpacked(data: bytes) -> Frontier:
    """A frontier from its bytes. Raises ValueError where they are none."""
    if len(data) % HASH_BYTES:
        raise ValueError("a frontier is a row of hashes")
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes beside the way from leaf `index` (from 0) to the root, the lowest first.

    Raises IndexError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index}")
    path = []
    level = [leaf(data) for data in leaves]
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level = list(_above(level))
        index >>= 1
    return tuple(path)


def _above(level: Sequence[bytes]) -> Iterator[bytes]:
    """One level nearer to the root; a hash without a partner goes up as it is."""
    for start in range(0, len(level) - 1, 2):
        yield node(level[start], level[start + 1])
    if len(level) % 2:
        yield level[-1]


def is_included(data: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf stands at `index` (from 0) of the tree of `size` leaves with this root."""
    if not 0 <= index < size or not _sound(path):
        return False
    whole, last = leaf(data), size - 1
    for beside in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            whole = node(beside, whole)
            while not index & 1 and index:  # an only child was carried up: there was no hash beside it
                index, last = index >> 1, last >> 1
        else:
            whole = node(whole, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and whole == root


def consistency(leaves: Sequence[bytes], older: int) -> tuple[bytes, ...]:
    """The hashes that show that the first `older` leaves are the beginning of all of them (RFC 6962, 2.1.2).

    Raises IndexError where there are not so many.
    """
    if not 0 < older <= len(leaves):
        raise IndexError(f"there are no {older} leaves")
    return tuple(_consistency(leaves, older, whole=True))


def _consistency(leaves: Sequence[bytes], older: int, *, whole: bool) -> list[bytes]:
    if older == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    if older <= half:
        return [*_consistency(leaves[:half], older, whole=whole), root_of(leaves[half:])]
    return [*_consistency(leaves[half:], older - half, whole=False), root_of(leaves[:half])]


def is_consistent(older: int, newer: int, older_root: bytes, newer_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `older` leaves is the beginning of the one of `newer` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 < older <= newer or not _sound(path):
        return False
    if older == newer:
        return not path and older_root == newer_root
    rest = list(path)
    if older & (older - 1) == 0:
        rest.insert(0, older_root)
    if not rest:
        return False
    index, last = older - 1, newer - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = rest[0]
    for beside in rest[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node(beside, old), node(beside, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and old == older_root and new == newer_root


def _sound(path: Sequence[bytes]) -> bool:
    return len(path) <= LONGEST_PATH and all(len(one) == HASH_BYTES for one in path)
