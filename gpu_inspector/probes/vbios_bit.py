"""The BIOS information table (BIT) of a vBIOS image: version, date, board and strings.

Sources: open-gpu-doc, BIOS Information Table (header, tokens, the tokens B and S); open-gpu-kernel-modules,
`kernel_gsp_fwsec.c` (of several headers the first with a right sum counts; tokens of eight bytes and more);
envytools' `nvbios/info.c` and nouveau's `bios/base.c` (the token i, which NVIDIA's list leaves out). The forms of
sign-on texts are those of public `nvflash --version` outputs and of public images, in eight of which the last eight
of the token i's characters are the board and the SKU that the sign-on names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gpu_inspector.language import N_
from gpu_inspector.probes import vbios_tables
from gpu_inspector.probes.vbios_view import OutsideError, View
from gpu_inspector.records.firmware import BitReading, BitToken

MARK = b"\xff\xb8BIT\x00"
HEADER = 12
MOST_HEADERS = 64
"""Places that are tried: a text may hold the mark too."""
MOST_TOKENS = 64
"""Images have about twenty."""
STRINGS = ("sign_on", "version_text", "copyright", "oem", "oem_vendor", "oem_product", "oem_revision")
"""In the order of the token S: a pointer of two bytes and a greatest length each."""
LONGEST_BOARD_TEXT = 12
_MOBILE = 1 << 4
_CENTURY_TURNS = 80
"""Years "80" to "99" are of the twentieth century: NVIDIA's first card is of 1995."""
_VERSION = re.compile(r"(?<![0-9A-Za-z.])[0-9A-Fa-f]{2}(?:\.[0-9A-Fa-f]{2}){3,4}(?![0-9A-Za-z])")
_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{2})")
_PROJECT = re.compile(rb"[\x000-9A-Z]{4}([0-9A-Z][0-9]{3})([0-9]{4})", re.DOTALL)
_BOARD = re.compile(r"\b(?:(E\d{4}|PG?\d{3,4})(?=[ -]SKU\b)|(PG\d{3}|E\d{4})\b)")
"""Names of products look like codes of boards ("P2000"): a plain one counts only before its SKU."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token with what it leads to: `at` is an offset from the file's start, None where it leads out of the images."""

    told: BitToken
    at: int | None

    def holds(self, version: int, size: int) -> bool:
        return self.at is not None and self.told.version == version and self.told.size >= size


def read(view: View, x86_end: int, remarks: list[str]) -> BitReading | None:
    """The table of an image, looked for in the x86 part up to `x86_end` first; None where there is none."""
    found = _header(view, x86_end)
    if found is None:
        remarks.append(N_("The image has no BIOS information table."))
        return None
    offset, sound = found
    if not sound:
        remarks.append(N_("The sum of the BIOS information table's header is wrong."))
    tokens = _tokens(view, offset, remarks)
    first: dict[str, Token] = {}
    for token in tokens:
        if token.told.id == "N" or not token.told.offset:
            continue
        if token.told.id in first:
            remarks.append(
                N_(f"The BIOS information table has the token {token.told.id} twice; the first one was used.")
            )
        elif token.at is None:
            view.outside(N_(f"What the token {token.told.id} of the BIOS information table leads to"), remarks)
        first.setdefault(token.told.id, token)
    info = _info(view, first.get("i"))
    texts = _strings(view, first.get("S"), remarks)
    version = _checked_version(view, first, info.version, texts["version_text"], remarks)
    if info.date_text and not info.build_date:
        remarks.append(N_("The build date of the image is no date."))
    return BitReading(
        offset=offset,
        checksum_ok=sound,
        tokens=tuple(token.told for token in tokens),
        version=version,
        build_date=info.build_date,
        mobile=info.mobile,
        bridged_device_id=info.bridged,
        board_text=info.board_text,
        project=info.project,
        board_code=board_code(texts["sign_on"]),
        memory=vbios_tables.memory(view, _place(first.get("M"), 2, 1), _size(first.get("M")), remarks),
        power=vbios_tables.power(view, _place(first.get("P"), 2, 0x30), remarks),
        signed_code=vbios_tables.signed_code(view, _place(first.get("p"), 2, 4), remarks),
        **texts,
    )


def board_code(sign_on: str) -> str:
    """The board's code in a sign-on text, "PG139" or "E4735"; "" where there is none."""
    match = _BOARD.search(sign_on)
    return (match[1] or match[2]) if match else ""


def _header(view: View, x86_end: int) -> tuple[int, bool] | None:
    """Where the table's header is, and whether its sum is right.

    Of several marks it is the first with a right sum, or else the first; what stands behind the x86 part counts only
    where that part has none.
    """
    wrong: int | None = None
    for at in _marks(view, x86_end):
        if wrong is not None and wrong < x86_end <= at:
            break
        try:
            size = view.u8(at + 8)
            sound = size >= HEADER and sum(view.bytes(at, size)) & 0xFF == 0
            view.bytes(at, HEADER)
        except OutsideError:
            continue
        if sound:
            return at, True
        wrong = at if wrong is None else wrong
    return None if wrong is None else (wrong, False)


def _marks(view: View, x86_end: int) -> Iterator[int]:
    """Places of the mark, at most a number of them within the x86 part and as many behind it."""
    for begin, end in ((view.start, x86_end), (x86_end, view.end)):
        at = begin - 1
        for _count in range(MOST_HEADERS):
            at = view.data.find(MARK, at + 1, end)
            if at < 0:
                break
            yield at


def _tokens(view: View, offset: int, remarks: list[str]) -> tuple[Token, ...]:
    size, width, count = view.u8(offset + 8), view.u8(offset + 9), view.u8(offset + 10)
    if width < 6:
        remarks.append(N_("The BIOS information table gives its tokens fewer than six bytes; none was read."))
        return ()
    if count > MOST_TOKENS:
        remarks.append(N_(f"The BIOS information table counts {count} tokens; the first {MOST_TOKENS} were read."))
    found: list[Token] = []
    for index in range(min(count, MOST_TOKENS)):
        at = offset + size + index * width
        try:
            pointer = view.u16(at + 4) if width < 8 else view.u32(at + 4)
            told = BitToken(id=_letter(view.u8(at)), version=view.u8(at + 1), size=view.u16(at + 2), offset=pointer)
        except OutsideError:
            remarks.append(N_("The BIOS information table is cut off."))
            break
        found.append(Token(told, _inside(view, told)))
    return tuple(found)


def _inside(view: View, told: BitToken) -> int | None:
    try:
        at = view.place(told.offset)
        view.bytes(at, told.size)
    except OutsideError:
        return None
    return at


def _letter(number: int) -> str:
    return chr(number) if 0x21 <= number <= 0x7E else f"0x{number:02X}"


def _place(token: Token | None, version: int, size: int) -> int | None:
    """Where a token of that version and size leads to; None for any other."""
    return token.at if token is not None and token.holds(version, size) else None


def _size(token: Token | None) -> int:
    return token.told.size if token is not None else 0


def _numbers(view: View, at: int) -> str:
    """A version as it is stored, four bytes backwards and the maker's own behind them, as it is printed."""
    stored = view.bytes(at, 5)
    return ".".join(f"{number:02X}" for number in (*stored[3::-1], stored[4]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    version: str = ""
    date_text: str = ""
    build_date: str = ""
    mobile: bool | None = None
    bridged: str | None = None
    board_text: str = ""
    project: str = ""


def _info(view: View, token: Token | None) -> _Info:
    """The token i."""
    if token is None or token.at is None or not token.holds(2, 7):
        return _Info()
    at, size = token.at, token.told.size
    date_text = view.text(at + 0x0F, 8) if size >= 0x17 else ""
    bridged = view.u16(at + 0x17) if size >= 0x19 else 0
    board = view.bytes(at + 0x30, LONGEST_BOARD_TEXT) if size >= 0x30 + LONGEST_BOARD_TEXT else b""
    # An end mark in its midst is usual; envytools prints what stands behind it too.
    board_text = " ".join(view.text(at + 0x30 + place, len(part)) for place, part in _parts(board))
    return _Info(
        version=_numbers(view, at),
        date_text=date_text,
        build_date=_iso(date_text),
        mobile=bool(view.u16(at + 5) & _MOBILE),
        bridged=f"{bridged:04X}" if bridged else None,
        board_text=" ".join(board_text.split()),
        project=_project(board),
    )


def _project(board: bytes) -> str:
    """Number and SKU of the board as nvflash prints them, "G142-0010"; "" where these characters are no such thing."""
    match = _PROJECT.fullmatch(board)
    return f"{match[1].decode('ascii')}-{match[2].decode('ascii')}" if match else ""


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for part in data.split(b"\x00"):
        if part:
            yield place, part
        place += len(part) + 1


def _iso(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    month, day, year = (int(part) for part in match.groups())
    try:
        return date(year + (1900 if year >= _CENTURY_TURNS else 2000), month, day).isoformat()
    except ValueError:
        return ""


def _strings(view: View, token: Token | None, remarks: list[str]) -> dict[str, str]:
    """The texts of the token S by the names of the reading's fields; "" for one that is not there."""
    texts = dict.fromkeys(STRINGS, "")
    if token is None or token.at is None or not token.holds(2, 3):
        return texts
    for index, name in enumerate(STRINGS[: token.told.size // 3]):
        pointer, longest = view.u16(token.at + 3 * index), view.u8(token.at + 3 * index + 2)
        if not pointer or not longest:
            continue
        try:
            texts[name] = view.text(view.place(pointer), longest)
        except OutsideError:
            view.outside(N_("A text of the image"), remarks)
    return texts


def _checked_version(view: View, first: dict[str, Token], info: str, text: str, remarks: list[str]) -> str:
    """The version of the token B, or else of i; what contradicts it is a remark."""
    token = first.get("B")
    known = token is not None and (token.holds(2, 5) or token.holds(1, 5))
    version = _numbers(view, token.at) if token is not None and token.at is not None and known else info
    # The maker's own part differs in genuine images: flashing tools write it in one place only.
    if info and info.rpartition(".")[0] != version.rpartition(".")[0]:
        remarks.append(N_(f"The image gives its version twice and differently: {version} and {info}."))
    match = _VERSION.search(text)
    if match is not None and version and not version.startswith(match[0].upper()):
        remarks.append(N_(f"The image's text gives another version, {match[0].upper()}, than its numbers, {version}."))
    return version
