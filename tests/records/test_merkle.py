"""The Merkle tree against the plain recursive definition of RFC 6962, at every size up to three hundred."""

import hashlib
import random
from collections.abc import Sequence

import pytest

from gpu_inspector.records import merkle

MOST = 300
LEAVES = tuple(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(MOST))


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def naive_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """RFC 6962, 2.1.1, word for word."""
    if len(leaves) == 1:
        return ()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return (*naive_path(leaves[:half], index), naive_root(leaves[half:]))
    return (*naive_path(leaves[half:], index - half), naive_root(leaves[:half]))


ROOTS = tuple(naive_root(LEAVES[:size]) for size in range(MOST + 1))


def test_the_root_of_every_size_is_that_of_the_definition() -> None:
    tree = merkle.Growing()
    for size in range(MOST):
        assert tree.root() == ROOTS[size]
        assert len(tree.frontier) == size.bit_count()
        again = merkle.Growing(size, merkle.unpacked(merkle.packed(tree.frontier)))
        again.add(LEAVES[size])
        tree.add(LEAVES[size])
        assert again.root() == tree.root() == ROOTS[size + 1]
    assert merkle.root_of(LEAVES) == ROOTS[MOST]


def test_a_frontier_goes_on_to_any_later_size() -> None:
    for older in range(0, MOST, 7):
        start = merkle.Growing()
        for data in LEAVES[:older]:
            start.add(data)
        tree = merkle.Growing(older, start.frontier)
        for size in range(older, MOST):
            tree.add(LEAVES[size])
            assert tree.root() == ROOTS[size + 1]


def test_every_leaf_of_every_size_is_shown_and_nothing_else_is() -> None:
    chance = random.Random(6962)
    for size in range(1, MOST + 1):
        leaves = LEAVES[:size]
        for index in {0, size - 1, size // 2, chance.randrange(size), chance.randrange(size)}:
            path = merkle.inclusion(leaves, index)
            assert path == naive_path(leaves, index)
            assert merkle.is_included(leaves[index], index, size, path, ROOTS[size])
            wrong = hashlib.sha256(leaves[index]).digest()
            assert not merkle.is_included(wrong, index, size, path, ROOTS[size])
            assert not merkle.is_included(leaves[index], index, size, path, wrong)
            assert not merkle.is_included(leaves[index], index, size, (*path, wrong), ROOTS[size])
            if path:
                assert not merkle.is_included(leaves[index], index, size, path[:-1], ROOTS[size])
                broken = list(path)
                broken[chance.randrange(len(path))] = wrong
                assert not merkle.is_included(leaves[index], index, size, broken, ROOTS[size])
            other = chance.randrange(size)
            if other != index:
                assert not merkle.is_included(leaves[index], other, size, path, ROOTS[size])


def test_every_beginning_of_every_size_is_shown_and_no_other_is() -> None:
    chance = random.Random(9162)
    for newer in range(1, MOST + 1, 3):
        for older in range(1, newer + 1, 1 if newer < 70 else 11):
            path = merkle.consistency(LEAVES[:newer], older)
            assert merkle.is_consistent(older, newer, ROOTS[older], ROOTS[newer], path)
            wrong = hashlib.sha256(ROOTS[older]).digest()
            assert not merkle.is_consistent(older, newer, wrong, ROOTS[newer], path)
            assert not merkle.is_consistent(older, newer, ROOTS[older], wrong, path)
            if path:
                broken = list(path)
                broken[chance.randrange(len(path))] = wrong
                assert not merkle.is_consistent(older, newer, ROOTS[older], ROOTS[newer], broken)
                assert not merkle.is_consistent(older, newer, ROOTS[older], ROOTS[newer], path[:-1])


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        pytest.param(-1, 3, (), id="before-the-first"),
        pytest.param(3, 3, (), id="behind-the-last"),
        pytest.param(0, 0, (), id="of-no-tree"),
        pytest.param(0, 2**63 - 1, (bytes(32),) * 65, id="endless-path"),
        pytest.param(0, 2, (b"short",), id="no-hash"),
        pytest.param(5, 2**63 - 1, (bytes(32),) * 64, id="largest"),
    ],
)
def test_what_cannot_be_is_not_included(index: int, size: int, path: tuple[bytes, ...]) -> None:
    assert not merkle.is_included(LEAVES[0], index, size, path, ROOTS[1])
    assert not merkle.is_consistent(index + 1, size, ROOTS[1], ROOTS[2], path)


@pytest.mark.parametrize(
    ("size", "frontier"), [(1, ()), (0, (bytes(32),)), (3, (bytes(32),)), (1, (b"short",)), (-1, ())]
)
def test_a_frontier_that_belongs_to_no_tree_is_refused(size: int, frontier: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        merkle.Growing(size, frontier)


def test_a_leaf_that_is_not_there_has_no_path() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(LEAVES[:3], 3)
    with pytest.raises(IndexError):
        merkle.consistency(LEAVES[:3], 4)
