"""Numbers, dates and times as each language writes them, by Babel's data (Unicode CLDR). English never comes here."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from string import Formatter

from gpu_inspector.language import ENGLISH, NAMES

_UNITS = (
    "bytes|bits|bit|[KMGT]iB/s|[KMGT]iB|[kKMGT]B/s|[kMGT]B|[KMGT]iW|[GMk]?Hz|[GT]T/s|Gbit/s|Mbit/s|mV|V|mA|A|W|mW|J|K|°C|"
    "%|ns|µs|ms|s|min|h|mm²|mm|cm|g|TFLOPS|GFLOPS|TOPS|[GMT]FLOP/s|FLOP|TPP|pages|px|dpi"
)
_GROUPED = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,:/-])(?:({_GROUPED})(?![\w,.:/-]*\w)|(\d+\.\d+)(?= ?(?:{_UNITS})(?![\w/])))")
"""A number that no version, address or name is: with groups of three digits, or a fraction before a unit."""
_FRACTION = re.compile(r"\d+\.\d+")


@cache
def locale(language: str) -> str:
    """Babel's name of a language; the pseudo-language counts in German, whose separators differ from English."""
    return language.replace("-", "_") if language in NAMES and language != ENGLISH else "de"


def number(value: float, digits: int | None, language: str) -> str:
    """A number with the language's separators; `digits` behind the point, all there are if None."""
    from babel.numbers import format_decimal

    if digits is not None:
        return str(format_decimal(Decimal(f"{value:.{digits}f}"), _pattern(digits), locale=locale(language)))
    shown = Decimal(str(value))
    exponent = shown.as_tuple().exponent
    behind = max(0, -exponent) if isinstance(exponent, int) else 0
    return str(format_decimal(shown, _pattern(behind), locale=locale(language)))


def _pattern(digits: int) -> str:
    return "#,##0." + "0" * digits if digits else "#,##0"


def localised(text: str, language: str) -> str:
    """The text with its numbers written anew: those with separators, and fractions that have a unit."""
    if "," not in text and "." not in text:
        return text
    return _NUMBER.sub(lambda found: _again(found[0], language), text)


def placed(template: str, values: Mapping[str, str], language: str) -> dict[str, str]:
    """The values, a bare fraction written anew where the unit stands behind its place: "{share} % above", 10.1.

    A density (TPP over mm²) has no unit behind it and is known by the name of its place: "8.685"
    would be thousands in German.
    """
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:
        return dict(values)
    made = dict(values)
    for (_literal, name, _spec, _conversion), (behind, *_rest) in pairwise(pieces):
        if name in made and _FRACTION.fullmatch(made[name]):
            found = _NUMBER.match(made[name] + behind)
            made[name] = _again(made[name], language) if found or name.endswith("density") else made[name]
    return made


def _again(shown: str, language: str) -> str:
    plain = shown.replace(",", "")
    return number(Decimal(plain), len(plain.partition(".")[2]), language)  # type: ignore[arg-type]


def day(at: date, language: str) -> str:
    """A date in the form that the language writes in tables; none of the five is misread by its readers."""
    from babel.dates import format_date

    return str(format_date(at, "medium", locale=locale(language)))


def moment(at: datetime, language: str, *, seconds: bool) -> str:
    """Date and 24-hour time of `at` as it stands."""
    return f"{day(at.date(), language)} {at:%H:%M:%S}" if seconds else f"{day(at.date(), language)} {at:%H:%M}"
