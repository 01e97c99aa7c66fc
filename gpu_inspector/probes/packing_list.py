"""A packing list, or the labels of a chassis, typed off: a CSV file of whatever columns somebody thought of.

The columns are told by their names in English, German, French and Chinese; one that is not understood is left out and
named. A list without such names is refused: which of two numbers is the serial must not be guessed. What a spreadsheet
spoils - a number of 13 digits written as 1.32E+12, a leading zero that is gone - is kept apart and never compared.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.probes.list_text import cells_of
from gpu_inspector.probes.untrusted import LONGEST, clean
from gpu_inspector.records.goods_words import read
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.records.listed import says_machine

MOST_ROWS = 2000
"""Pieces of one list; a shipment of a few hundred servers has as many cards."""
MOST_NOTES = 24
MOST_IN_CELL = 64
"""Serial numbers in one cell: those of a whole box are often written so."""
MOST_BESIDE = 4
MOST_QUANTITY = 100_000
_LONGEST_NUMBER = 80
"""Characters; no serial number comes near."""

_NAMES = {
    "serial": "serial, serials, serial no, serial nr, serial num, serial number, serial numbers, sn, s/n no, ser no,"
    " gpu serial, gpu serial number, board serial, board serial number, module serial, module serial number,"
    " gpu sn, card serial number, seriennummer, seriennummern, seriennr, serien nr, serien-nr, geraetenummer,"
    " numero de serie, numeros de serie, no de serie, n de serie, num serie, numero serie, no serie,"
    " 序列号, 序列號, 产品序列号, 设备序列号, sn码, sn号, 串号, 机身号, 出厂编号",
    "part_number": "part, part no, part nr, part number, part num, pn, mpn, mfr part number, mfg part number,"
    " manufacturer part number, nvidia part number, nvidia pn, board part number, teilenummer, teilenr, teile nr,"
    " artikelnummer, artikelnr, artikel nr, bestellnummer, materialnummer, reference, ref, reference piece,"
    " numero de piece, 料号, 部件号, 零件号, 物料编码, 物料号, 料號",
    "product": "product, products, product name, description, description of goods, goods description, goods,"
    " item description, model, model name, model no, model number, gpu model, produkt, bezeichnung,"
    " artikelbezeichnung, beschreibung, warenbezeichnung, typ, modell, designation, designation des marchandises,"
    " produit, modele, libelle, 品名, 产品名称, 货物名称, 商品名称, 名称, 产品, 型号, 规格型号,"
    " 型号规格, 品名规格, 描述, 產品名稱, 型號",
    "quantity": "quantity, qty, qtty, qnty, pcs, pieces, units, menge, anzahl, stueck, stuck, stueckzahl, stuckzahl,"
    " stk, quantite, qte, nombre, 数量, 數量, 件数",
    "slot": "slot, slot no, slot number, position, bay, location, steckplatz, einschub, platz, emplacement, fente,"
    " baie, 槽位, 位置, 插槽",
    "uuid": "uuid, gpu uuid",
}
_NAMING = "serial, part_number, product"
_TOTALS = re.compile(r"(?:sub)?\s*total.*|summe.*|gesamt.*|somme.*|合计.*|总计.*", re.I)
_OTHER = re.compile(
    r"(?<![^\W_])(?:[rlu]?dimms?|ddr\d|ssds?|nvme|hdds?|xeon|epyc|cpus?|psus?|power (?:supply|supplies|cords?|cables?)"
    r"|netzteile?|alimentations?|fans?|l(?:ü|ue)fter|ventilateurs?|cables?|kabel|c[âa]bles?|rails?|schienen?|nics?"
    r"|connectx\S*|bluefield\S*|transceivers?|nvswitch\S*|switch(?:es)?|bridges?|risers?|heat ?sinks?|coolers?|chassis"
    r"|motherboards?|mainboards?|servers?|serveurs?|systems?|systeme?|racks?|manuals?|docs?|documentation|warranty"
    r"|dgx\S*|pallets?|cartons?)(?![^\W_])|内存|硬盘|主板|网卡|电源|风扇|线缆|服务器|机箱|整机",
    re.I,
)
_NOTHING = re.compile(r"n\s*/?\s*a|none|tbd|keine?|aucune?|unknown|unbekannt|[-–—/.?x]+|无|無|没有", re.I)
_PREFIX = re.compile(r"(?:s\s*/?\s*n|serial(?:\s*(?:no|number|nr))?)\b[.:#\s]*", re.I)
_SPOILED = re.compile(r"[+-]?\d+(?:[.,]\d+)?e\+?\d+|#{3,}", re.I)
_SHORTENED = re.compile(r"\d{11,12}")
"""A number of 13 digits, of which a spreadsheet dropped the zeros at the front."""
_RANGE = re.compile(r"\S*\d{6,}\s*(?:-{1,2}|–|—|~|\.{2,3}|to|bis|until|à|至|到)\s*\S*\d{1,}\s*", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:[,.' ]\d{3}){3,}")
_FLOATING = re.compile(r"(\d{9,})[.,]0{1,3}")
_SPLIT = re.compile(r"[,;\n\t|]+|\s+/\s+|\s{2,}")
_SERIAL = re.compile(r"\d{13}")


def parse(data: bytes, name: str, kind: ListKind = ListKind.PACKING) -> InventoryList:
    """The list that the bytes hold; any bytes give one, or CaptureError with a sentence on how to mend the file.

    `name` is the file's own, without its folder.
    """
    cells = cells_of(data, lambda row: _likeness(_columns(row)))
    found = next(
        ((at, row) for at, (_, row) in enumerate(cells.rows[:60]) if _is_head(_columns(row))),
        None,
    )
    if found is None:
        raise CaptureError(
            "No row of the list names its columns.",
            "Write a first row that names them: Serial number, Part number, Product, Quantity, Slot.",
        )
    at, head = found
    columns = _columns(head)
    notes = [*cells.notes, *_not_understood(head, columns)]
    rows: list[ListRow] = []
    others = 0
    for line, row in cells.rows[at + 1 :]:
        if row == head:
            continue  # the head stands again on each page
        made = tuple(_rows(line, row, columns, notes))
        if made and _is_other(made):
            others += 1
            continue
        if len(rows) + len(made) > MOST_ROWS:
            notes.append(N_(f"only the first {MOST_ROWS:,} pieces were read; the list goes on at line {line:,}"))
            break
        rows += made
    if len(notes) > MOST_NOTES:
        notes = [*notes[: MOST_NOTES - 1], N_(f"and {len(notes) - MOST_NOTES + 1:,} more remarks of this kind")]
    return InventoryList(
        kind=kind,
        name=clean(name) or "list",
        sha256=hashlib.sha256(data).hexdigest(),
        rows=tuple(rows),
        others=others,
        notes=tuple(clean(note) for note in notes),
    )


@cache
def _words() -> dict[str, str]:
    """Folded name -> what the column holds."""
    return {_fold(word): kind for kind, words in _NAMES.items() for word in words.split(",")}


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text[:LONGEST].casefold().replace("ß", "ss"))
    return "".join(one for one in apart if one.isalnum())


def _columns(row: tuple[str, ...]) -> tuple[str, ...]:
    """What each column holds, by its name; "" for one that is not understood."""
    return tuple(map(_column, row))


def _column(name: str) -> str:
    words = _words()
    short = name[:LONGEST]
    for text in (short, re.sub(r"[(（\[].*", "", short), *re.split(r"[/|\n(（)）\[\]]", short)):
        if kind := words.get(_fold(text)):
            return kind
    return ""


def _likeness(columns: tuple[str, ...]) -> int:
    return len(set(filter(None, columns))) if set(columns) & set(_NAMING.split(", ")) else 0


def _is_head(columns: tuple[str, ...]) -> bool:
    """A column of serials alone is a list as well; a single other name may be a title above the table."""
    return _likeness(columns) > 1 or "serial" in columns


def _not_understood(head: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[str]:
    for name, kind in zip(head, columns, strict=True):
        if name and not kind:
            yield N_(f"the column “{clean(name, 60)}” is not understood and was left out")


def _rows(line: int, row: tuple[str, ...], columns: tuple[str, ...], notes: list[str]) -> Iterator[ListRow]:
    """The pieces of one row: as many as its cell of serials names, or one."""
    held: dict[str, list[str]] = {}
    for kind, cell in zip(columns, row, strict=False):
        if kind and cell and not _NOTHING.fullmatch(cell):
            held.setdefault(kind, []).append(cell)
    part, slot, uuid = (clean(next(iter(held.get(kind, ())), "")) for kind in ("part_number", "slot", "uuid"))
    product = clean(" ".join(held.get("product", ())))
    numbers = [_numbers(cell) for cell in held.get("serial", ())]
    serials, unread = next(((good, bad) for good, bad in numbers if good or bad), ((), ""))
    beside = tuple(one for good, _ in numbers[1:] if good != serials for one in good)[:MOST_BESIDE]
    # A place without its number may be any card's; a number of pieces alone is a sum.
    place = bool(slot) or ("quantity" in held and _quantity(held["quantity"][0]) == 1)
    if not (serials or unread or part or product or uuid or place) or (
        not serials and not part and _TOTALS.fullmatch(product)
    ):
        return
    if unread:
        notes.append(
            N_(f"line {line:,}: “{clean(unread, 40)}” is no whole serial number (a spreadsheet's form, or a range)")
        )
    for number in serials or ("",):
        yield ListRow(
            line=line,
            serial=number,
            part_number=part,
            product=product,
            slot=slot,
            uuid=uuid,
            quantity=1 if len(serials) > 1 else _quantity(held.get("quantity", [""])[0]),
            serials_beside=beside if len(serials) == 1 else (),
            unread=clean(unread, _LONGEST_NUMBER),
        )


def _numbers(cell: str) -> tuple[tuple[str, ...], str]:
    """The serial numbers of a cell, and what stands there that is none."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.removeprefix("'").strip()
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    good: list[str] = []
    for part in _SPLIT.split(re.sub(r"\s{3,}", "  ", text))[:MOST_IN_CELL]:
        if len(part) > _LONGEST_NUMBER:
            return (), text
        number = _PREFIX.sub("", part.strip(), count=1).strip()
        if whole := _FLOATING.fullmatch(number):
            number = whole[1]
        if not number or _NOTHING.fullmatch(number) or _TOTALS.fullmatch(number):
            continue
        if _SPOILED.fullmatch(number) or _SHORTENED.fullmatch(number) or _RANGE.fullmatch(number):
            return (), text
        good.append(clean(number, _LONGEST_NUMBER))
    return tuple(dict.fromkeys(filter(None, good))), ""


def _quantity(cell: str) -> int:
    """Of "8", "8 pcs", "8.00"; 1 where nothing can be read."""
    found = re.match(r"\s*(\d{1,6})(?![\d])", cell)
    return min(max(int(found[1]), 1), MOST_QUANTITY) if found and found[1].isascii() else 1


def _is_other(made: tuple[ListRow, ...]) -> bool:
    """Plainly no accelerator, by its words. A row whose serial may be a card's is never left out: who leaves one out
    that is a card's would make that card look as if it were on no list."""
    if any(_SERIAL.fullmatch(re.sub(r"[\s\-._]", "", row.serial)) for row in made):
        return False
    said = made[0].product
    if not said or not _OTHER.search(said):
        return False
    return says_machine(said) or not read(said).models
