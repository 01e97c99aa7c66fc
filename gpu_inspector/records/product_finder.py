"""From what a paper says to the products that it can mean.

A paper is written by a trader, in the trade's words. To take one product for another here would accuse an honest
one: where the words leave several open, all of them are the answer; where they name nothing known, none is.
"""

from collections import defaultdict
from collections.abc import Iterable

from gpu_inspector.records.product import DeviceName, Product
from gpu_inspector.records.product_names import MOBILE, NameParts, normalise, take_apart

Pair = tuple[Product, NameParts]


class NameFinder:
    """Finds products by the words of a paper."""

    def __init__(self, products: Iterable[Product], names: Iterable[DeviceName]) -> None:
        """Index the products, and what the register of PCI ids calls their device ids."""
        self._pairs = [(row, take_apart(row.name)) for row in products]
        self._known = frozenset(piece for _, parts in self._pairs for piece in parts.pieces) | MOBILE
        self._by_pieces: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
        self._by_name: dict[str, list[Product]] = defaultdict(list)
        by_device: dict[str, list[Product]] = defaultdict(list)
        for row, parts in self._pairs:
            self._by_pieces[parts.pieces].append((row, parts))
            self._by_name[normalise(row.name)].append(row)
            for device in row.device_ids:
                by_device[device].append(row)
        self._register: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
        for name in names:
            if name.subsystem is None and "pciids" in name.sources and name.device_id in by_device:
                parts = take_apart(name.name)
                rows = by_device[name.device_id]
                unbound = [row for row in rows if not _is_bound(row, name.device_id)]
                self._register[parts.pieces] += [(row, parts) for row in unbound or rows]

    def find(self, text: str) -> tuple[Product, ...]:
        """The products that the words fit best, () where they name none or too many."""
        said = take_apart(text, self._known)
        if said.foreign:
            return ()
        for attempt in _attempts(said) if said.words else ():
            found = self._mobile(attempt) if said.mobile and not attempt.mobile else self._exact(attempt)
            if not found and attempt.numbered:
                found = self._family(attempt)
            if said.mobile:
                found = [pair for pair in found if pair[0].mobile or pair[1].mobile]
            if found:
                return _chosen(found, said)
        return tuple(self._by_name.get(normalise(text), ()))

    def _exact(self, said: NameParts) -> list[Pair]:
        """Products with those words and no other but the shape's, in the driver's or the register's name.

        "RTX 6000" alone leaves open which: the Quadro of that number or the Ada generation's card.
        """
        exact = [pair for pair in self._by_pieces.get(said.pieces, ()) if said.fits(pair[1])]
        registered = [pair for pair in self._register.get(said.pieces, ()) if said.fits(pair[1])]
        if not exact:
            return registered
        if all("quadro" in parts.classes - said.classes for _, parts in exact):
            return exact + self._family(said)
        shapes = [pair for pair in self._pairs if said.widened_by(pair[1]) and said.fits(pair[1])]
        return exact + shapes + registered

    def _family(self, said: NameParts) -> list[Pair]:
        """Products whose name begins with those words: laptop parts only where one is said, or there is no other.

        No such choice stands in `_exact`: a laptop part that bears the very name of a desktop card is one of the
        products of that name, and no paper could tell the two apart.
        """
        found = [pair for pair in self._pairs if said.fits(pair[1]) and said.starts(pair[1])]
        return [pair for pair in found if not pair[0].mobile] or found

    def _mobile(self, said: NameParts) -> list[Pair]:
        """Laptop parts, whatever word their names have for it."""
        return [
            pair
            for pair in self._pairs
            if pair[0].mobile and said.fits(pair[1]) and pair[1].without(MOBILE).pieces == said.pieces
        ]


def _attempts(said: NameParts) -> Iterable[NameParts]:
    """The words as they stand, then without those that names often lack: the laptop's, the slot's, the line's.

    "Tesla A100" and "Quadro A6000" are the trade's names; NVIDIA had dropped both lines by then.
    """
    for one in (said, said.without({"tesla", "quadro"})):
        if one is said or (one.classes != said.classes and any(word[0].isalpha() for word in one.words)):
            yield one
            if said.mobile:
                yield one.without(MOBILE)
            if "pcie" in one.words and len(one.words) > 1:
                yield one.without({"pcie"})


def _is_bound(row: Product, device: str) -> bool:
    return any(entry.startswith(f"{device}/") for entry in row.subsystems)


def _chosen(found: list[Pair], said: NameParts) -> tuple[Product, ...]:
    """Of several products, those with the memory and the socket that were said; all of them where none has it."""
    if said.types:
        found = [pair for pair in found if (pair[0].memory_type or "").casefold() in said.types] or found
    if said.sockets:
        found = [pair for pair in found if said.sockets & pair[1].sockets] or found
    if len(said.sizes) == 1:
        (size,) = said.sizes
        sized = [pair for pair in found if pair[0].memory_mib == size * 1024]
        found = sized or [pair for pair in found if said.sizes <= pair[1].sizes] or found
    return tuple({id(row): row for row, _ in found}.values())
