"""The lines that are printed on a GPU's die, taken apart: chip, bin, revision, date code, country of packaging.

A marking is text that anyone with a laser can make: it says what the die is *said* to be. It is typed off by hand, so
spaces, case and dashes may differ, and a zero may be typed as the letter O; whatever was read otherwise than it was
typed is told in `taken`, never silently corrected. What is not understood stays in `rest`, as it was typed.

Forms, with where they were seen in print:
- "AD102-300-A1", "GP104-200-A1": chip, bin, revision (research note on modified cards, section 5; hardwareluxx.de on
  the GTX 1070); "GP102-350-K1-A1", "TU102-300A-K1-A1", "TU106-200A-KA-A1" with a third part (gecid.com on the
  GTX 1080 Ti, bto-pc-fan.com on Turing, hardwareluxx.de on an RTX 2060).
- "GN20-E5-A1": a laptop's chip (io-tech.fi, notebookcheck.net and tomshardware.com on the RTX 3070 Laptop GPU).
- "S TW": the country where it was packaged, not that of the wafer (io-tech.fi and vanillasalt.net on GA102).
- "QUAL SAMPLE" (the same photograph).
- A date code, year and week, behind the country or alone (research note, section 5).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

MOST_LINES = 12
MOST_CHARACTERS = 64
"""Of one line; no die has room for more, and a text from a file may be of any length."""
CENTURY = 2000
LAST_WEEK = 53

_DASHES = re.compile(r"[\s_\u2010-\u2015\u2212-]+")
_CODE = re.compile(
    r"(?P<die>(?:AD|TU|G[ABFHKMPTV])[0-9O]{2}[0-9A-FO][A-NP-Z]?)"
    r"-(?P<bin>[0-9O]{3})(?P<suffix>[A-Z]{0,2})"
    r"(?:-(?P<kit>K[0-9A-Z]))?"
    r"-(?P<revision>[A-Z][0-9O])"
)
_LAPTOP = re.compile(r"G?N[0-9]{2}[EPSMX]?-[A-Z][0-9]{1,2}[A-Z]?(?:-[A-Z0-9]{2})?-[A-Z][0-9]")
_SAMPLE = re.compile(r"(?:QUAL(?:IFICATION)?|ENG(?:INEERING)?)\s+SAMPLE")
_DATE = re.compile(r"(?P<year>[0-9]{2})(?P<week>[0-9]{2})(?P<behind>[A-Z][0-9])?")
_COUNTRIES = {"TW": "TW", "TAIWAN": "TW", "KR": "KR", "KOREA": "KR", "CN": "CN", "CHINA": "CN", "JAPAN": "JP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCode:
    """Year and week of a date code "2231"."""

    year: int
    week: int
    usual: bool = False
    """It stands as date codes do: beside the country, or with the two characters behind it ("2231A1"). Four digits
    alone may be anything."""

    @property
    def begins(self) -> date:
        """The Monday of its week, by ISO's count; a week 53 of a year with 52 is the first of the next."""
        return date.fromisocalendar(self.year, 1, 1) + timedelta(weeks=self.week - 1)

    def __str__(self) -> str:
        return f"{self.year % 100:02}{self.week:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipCode:
    """The line that names the chip, "TU102-300A-K1-A1"."""

    text: str
    """As it was read."""
    die: str
    """Such as "TU102"."""
    bin: str
    """The three digits, "300": what products share whatever letters follow (Turing's 300 and 300A are one product)."""
    suffix: str = ""
    """The letters behind them, "A"."""
    kit: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A text that was read otherwise than it was typed, beyond its case."""

    typed: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A die's lines, taken apart."""

    codes: tuple[ChipCode, ...] = ()
    """Every different one; a real die bears one."""
    laptop: str = ""
    """A laptop chip's designation, "GN20-E5-A1"."""
    packed: str = ""
    """ISO 3166 alpha-2 of the country of packaging; "" where none, or several, were read."""
    dates: tuple[DateCode, ...] = ()
    """Every different one."""
    sample: str = ""
    """A mark of chips that were made before the product, "QUAL SAMPLE"."""
    taken: tuple[Taken, ...] = ()
    rest: tuple[str, ...] = ()
    """What was not understood, as it was typed."""
    unread_lines: int = 0
    """Lines beyond `MOST_LINES`, which nobody read."""

    @property
    def code(self) -> ChipCode | None:
        """The one chip code; None where there is none, or where lines name different chips."""
        return self.codes[0] if len(self.codes) == 1 else None

    @property
    def date(self) -> DateCode | None:
        """The one date code; None where there is none, or several."""
        return self.dates[0] if len(self.dates) == 1 else None


def decode(lines: tuple[str, ...]) -> Marking:
    """Take the lines of a die apart. Any text gives a marking, at worst one with everything in `rest`."""
    shown = [line[:MOST_CHARACTERS] for line in lines if line.strip()]
    found = _Found()
    for line in shown[:MOST_LINES]:
        found.take(line)
    return Marking(
        codes=tuple(dict.fromkeys(found.codes)),
        laptop=found.laptop,
        packed=next(iter(found.packed)) if len(found.packed) == 1 else "",
        dates=tuple(dict.fromkeys(found.dates)),
        sample=found.sample,
        taken=tuple(dict.fromkeys(found.taken)),
        rest=tuple(found.rest),
        unread_lines=max(len(shown) - MOST_LINES, 0),
    )


class _Found:
    """What was read so far."""

    def __init__(self) -> None:
        self.codes: list[ChipCode] = []
        self.laptop = ""
        self.packed: set[str] = set()
        self.dates: list[DateCode] = []
        self.sample = ""
        self.taken: list[Taken] = []
        self.rest: list[str] = []

    def take(self, line: str) -> None:
        """One line: a chip's code, a laptop's designation, a sample's mark, or words of which some are known."""
        typed, words = line.strip(), line.upper().split()
        if self._code(typed) or self._laptop(typed):
            return
        if _SAMPLE.fullmatch(" ".join(words)) is not None:
            self.sample = self.sample or " ".join(words)
            return
        countries = {_COUNTRIES[word] for word in words if word in _COUNTRIES}
        dates = [one for word in words if (one := _date(word, beside=bool(countries))) is not None]
        self.packed |= countries
        self.dates += dates
        if not any([*[self._code(word) for word in typed.split()], countries, dates]):
            self.rest.append(typed)

    def _code(self, typed: str) -> bool:
        """The letter O stands where only a digit can: it is read as one, and that is told."""
        match = _CODE.fullmatch(_DASHES.sub("-", typed.upper()))
        if match is None:
            return False
        die = match["die"][:2] + _digits(match["die"][2:])
        number, kit = _digits(match["bin"]), match["kit"] or ""
        revision = match["revision"][0] + _digits(match["revision"][1:])
        text = "-".join(part for part in (die, number + match["suffix"], kit, revision) if part)
        if text != typed.upper():
            self.taken.append(Taken(typed=typed, read=text))
        self.codes.append(ChipCode(text=text, die=die, bin=number, suffix=match["suffix"], kit=kit, revision=revision))
        return True

    def _laptop(self, typed: str) -> bool:
        joined = _DASHES.sub("-", typed.upper())
        if _LAPTOP.fullmatch(joined) is None:
            return False
        self.laptop = self.laptop or joined
        return True


def _digits(text: str) -> str:
    return text.replace("O", "0")


def _date(word: str, *, beside: bool) -> DateCode | None:
    """A word that is a year and a week, with two characters behind them at most; None where it is none."""
    match = _DATE.fullmatch(word) if word.isascii() else None
    if match is None or not 1 <= int(match["week"]) <= LAST_WEEK:
        return None
    usual = beside or bool(match["behind"])
    return DateCode(year=CENTURY + int(match["year"]), week=int(match["week"]), usual=usual)
