"""The reference data as one thing that checks, lists and papers can ask.

It is read once, from `resources/products/`, `markings/`, `export/` and `modifications.toml`, or from a data pack that
was installed (reference.py), and never changes while the program runs. Asking for a product gives *every* genuine
variant that fits: a checker then asks whether any of them explains the card.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from gpu_inspector import reference, resources
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.memory_marking import MemoryCode
from gpu_inspector.records.modification import KnownList, MadeList
from gpu_inspector.records.product import DeviceName, Die, DieDate, DieVector, Product, VbiosPrefix
from gpu_inspector.records.product_finder import NameFinder
from gpu_inspector.records.product_names import normalise

if TYPE_CHECKING:  # loaded when they are first asked for: a start needs none of it
    from gpu_inspector.records.export_products import ExportProducts
    from gpu_inspector.records.export_rules import Law, MadeLaw

__all__ = ["Catalogue", "load", "normalise", "own", "read_catalogue"]

FOLDER = "products"
KNOWN_LIST = "modifications.toml"
KNOWN_MADE = "modifications.json"
"""The same list, read in a twentieth of the time; `make documents` makes it, and one of another list is not used."""
MEMORY_CODES = "markings/memory"
"""What is printed on memory chips, in a folder of its own: kept by hand."""
LAW, LAW_MADE = "export/rules.toml", "export/rules.json"
EXPORT_ROWS, EXPORT_NAMES = "export/figures.jsonl", "export/names.jsonl"
EXPORT_FILES = (LAW, LAW_MADE, EXPORT_ROWS, EXPORT_NAMES)
"""The law and the figures that it asks for; read when they are first asked for, and part of the version always."""
ALWAYS_OWN = (f"{MEMORY_CODES}.jsonl", *EXPORT_FILES)
"""The program's own, whatever folder the products are read from."""
NOT_PRODUCTS = frozenset({"chips", "die_vectors", "die_dates", "names", "vbios_prefixes"})

K = TypeVar("K")
T = TypeVar("T")


class Catalogue:
    """The reference data. Hexadecimal ids are taken in any case; sizes are MiB."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Read the data files, given by their names ("ada.jsonl"), and the list of known modifications.

        Raises DataError where one is missing or is not what it should be.
        """
        self._files: Final = files
        products = sorted(
            name.removesuffix(".jsonl")
            for name in files
            if name.endswith(".jsonl") and "/" not in name and name.removesuffix(".jsonl") not in NOT_PRODUCTS
        )
        self.products: Final = tuple(product for name in products for product in self._rows(name, Product))
        self.dies: Final = MappingProxyType({die.name: die for die in self._rows("chips", Die)})
        self.die_vectors: Final = MappingProxyType({row.die: row for row in self._rows("die_vectors", DieVector)})
        self.die_dates: Final = MappingProxyType({row.die: row for row in self._rows("die_dates", DieDate)})
        self.vbios_prefixes: Final = MappingProxyType(
            {row.prefix: row for row in self._rows("vbios_prefixes", VbiosPrefix)}
        )
        self.memory_codes: Final = tuple(self._rows(MEMORY_CODES, MemoryCode))
        known = self._made_or_written(KNOWN_LIST, KNOWN_MADE, MadeList, KnownList)
        self.modifications: Final = known.modification
        self.prototypes: Final = known.prototype
        self.counterfeits: Final = known.counterfeit
        self.same_name: Final = frozenset(normalise(name) for name in self._json("same_name.json", list[str]))
        """Names, normalised, that genuine cards of more than one die bear."""
        self.sha256: Final = _digest(files)
        """Over all of its files, 64 hexadecimal digits."""
        self.version: Final = f"{self._json('about.json', dict[str, str]).get('date', 'undated')}+{self.sha256[:12]}"
        """The day of the data, and the first 12 hexadecimal digits of the SHA-256 over all of its files."""
        self._names: Final = tuple(self._rows("names", DeviceName))

    # --- by what a card says

    def by_device(self, device_id: str, subsystem: str | None = None) -> tuple[Product, ...]:
        """Every genuine variant of a device id.

        With a subsystem ("10DE:129E") that some row is bound to, the rows of that subsystem alone; where
        those give no memory size (a maker's renaming), the unbound rows of the id too, since the hardware is
        theirs. A subsystem that no row knows leaves them all: no list of subsystems is complete.
        """
        device = device_id.upper()
        rows = self._by_device.get(device, ())
        if subsystem is None:
            return rows
        bound = tuple(row for row in rows if f"{device}/{subsystem.upper()}" in row.subsystems)
        if not bound:
            return rows
        sized = all(row.memory_mib is not None for row in bound)
        names = {row.name for row in bound}
        return tuple(
            row
            for row in rows
            if any(row is one for one in bound) or (not _is_bound(row, device) and (not sized or row.name in names))
        )

    def by_name(self, name: str) -> tuple[Product, ...]:
        """Every genuine variant that bears a name, on whatever device id."""
        return self._by_name.get(normalise(name), ())

    def names_of(self, device_id: str) -> tuple[DeviceName, ...]:
        """What the registers call a device id, with and without subsystem."""
        return self._names_by_device.get(device_id.upper(), ())

    def die_of(self, device_id: str) -> Die | None:
        """The chip of a device id; None where the id is unknown, or its sources name several."""
        found = {row.die for row in self.by_device(device_id)} | {row.die for row in self.names_of(device_id)}
        return self.dies.get(found.pop() or "") if len(found) == 1 else None

    def knows_device(self, device_id: str) -> bool:
        """Whether any register or product has the id."""
        return bool(self.by_device(device_id) or self.names_of(device_id))

    def knows_name(self, name: str) -> bool:
        """Whether any product or register bears the name."""
        return normalise(name) in self._by_name or normalise(name) in self._by_register

    # --- by what people write

    def search(self, words: str) -> tuple[Product, ...]:
        """The products that have all of the words in name, chip, device ids or segment; no words give all."""
        wanted = normalise(words).split()
        return tuple(row for row, text in self._texts if all(word in text for word in wanted))

    def resolve(self, text: str) -> tuple[Product, ...]:
        """The products that a paper's words name, () where they name none.

        The exact name decides: "RTX 4090" is no "RTX 4090 D" and no laptop's part; a family ("A100") is
        answered with all of its members only where no product has exactly that name. A memory size or type
        that is said chooses among them where any of them has it.
        """
        return self._finder.find(text)

    @cached_property
    def mining_dies(self) -> frozenset[str]:
        """Dies that were sold as mining cards too, whose units are held back: products and registers' names."""
        sold = {row.die for row in self.products if row.segment == "CMP"}
        return frozenset(
            sold | {row.die for row in self._names if row.die and "CMP" in normalise(row.name).upper().split()}
        )

    # --- export control

    @cached_property
    def export_law(self) -> "Law":
        """The rules of export control by their days. Raises DataError where the file is no such list."""
        from gpu_inspector.records.export_rules import Law, MadeLaw

        return self._made_or_written(LAW, LAW_MADE, MadeLaw, Law)

    @cached_property
    def export_products(self) -> "ExportProducts":
        """Published figures and the names that mean them. Raises DataError where a file is no such list."""
        from gpu_inspector.records.export_products import ExportName, ExportProducts, ExportRow

        rows = self._rows(EXPORT_ROWS.removesuffix(".jsonl"), ExportRow)
        names = self._rows(EXPORT_NAMES.removesuffix(".jsonl"), ExportName)
        try:
            return ExportProducts(rows, names)
        except LookupError as error:
            raise _damaged(EXPORT_NAMES, error) from error

    # --- indexes, each made when it is first asked for

    @cached_property
    def _by_device(self) -> dict[str, tuple[Product, ...]]:
        return _grouped((device, row) for row in self.products for device in row.device_ids)

    @cached_property
    def _by_name(self) -> dict[str, tuple[Product, ...]]:
        return _grouped((normalise(row.name), row) for row in self.products)

    @cached_property
    def _by_register(self) -> frozenset[str]:
        return frozenset(normalise(row.name) for row in self._names)

    @cached_property
    def _names_by_device(self) -> dict[str, tuple[DeviceName, ...]]:
        return _grouped((row.device_id, row) for row in self._names)

    @cached_property
    def _texts(self) -> tuple[tuple[Product, str], ...]:
        return tuple(
            (row, f"{row.name} {row.die} {' '.join(row.device_ids)} {row.segment}".casefold()) for row in self.products
        )

    @cached_property
    def _finder(self) -> NameFinder:
        forged = {row.device_id for row in self.counterfeits}
        return NameFinder((row for row in self.products if not forged >= set(row.device_ids)), self._names)

    # --- reading

    def _rows(self, name: str, kind: type[T]) -> list[T]:
        try:
            return decoder(kind).decode_lines(self._bytes(f"{name}.jsonl"))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _damaged(f"{name}.jsonl", error) from error

    def _json(self, name: str, kind: type[T]) -> T:
        try:
            return decoder(kind).decode(self._bytes(name))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _damaged(name, error) from error

    def _made_or_written(
        self, written_name: str, made_name: str, made_kind: "type[MadeList] | type[MadeLaw]", kind: type[T]
    ) -> T:
        """A list that is written as TOML, from the JSON that was made of it where that is of this very text."""
        written = self._bytes(written_name)
        if made_name in self._files:
            made = self._json(made_name, made_kind)
            if made.sha256 == hashlib.sha256(written).hexdigest() and isinstance(made.rows, kind):
                return made.rows
        import tomllib

        decoder(kind)  # another thread may read a list of this kind just now
        try:
            return msgspec.convert(tomllib.loads(written.decode()), kind, strict=True)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # TOML that is none, digits without end
            raise _damaged(written_name, error) from error

    def _bytes(self, name: str) -> bytes:
        if name not in self._files:
            raise _damaged(name, N_("it is missing"))
        return self._files[name]


@cache
def load() -> Catalogue:
    """The data in use: a data pack's where one was chosen, else the program's own. Raises DataError."""
    pack = reference.chosen()
    if pack is None:
        return own()
    from gpu_inspector.records.kept_data import of_pack  # of whoever installed one

    return of_pack(pack, reference.USE_OWN)


@cache
def own() -> Catalogue:
    """The catalogue that came with the program. Raises DataError where it is missing or damaged."""
    return read_catalogue()


def read_catalogue() -> Catalogue:
    """The program's own data as they lie on the disk now. Raises DataError where they are missing or damaged."""
    names = resources.names(FOLDER, ".jsonl") + resources.names(FOLDER, ".json")
    files = {name.removeprefix(f"{FOLDER}/"): resources.read(name) for name in names}
    return Catalogue({**files, **known_files()})


def known_files() -> dict[str, bytes]:
    """The program's own lists that are kept by hand: known modifications, markings of memory, export control.

    Raises DataError where one cannot be read.
    """
    return {name: resources.read(name) for name in (KNOWN_LIST, KNOWN_MADE, *ALWAYS_OWN)}


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\n{len(files[name])}\n".encode())
        total.update(files[name])
    return total.hexdigest()


def _damaged(name: str, reason: object) -> DataError:
    return DataError(
        N_(f"The reference file {name} is damaged ({reason})."),
        N_("Install GPU Inspector again from a whole package."),
    )


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    found: dict[K, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _is_bound(row: Product, device: str) -> bool:
    return any(entry.startswith(f"{device}/") for entry in row.subsystems)
