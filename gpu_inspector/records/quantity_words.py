"""Sizes, rates and numbers as they were measured, with their units, in the language that is shown.

Numbers of a forged record may be anything: every text here is bounded in length, whatever they are.
"""

from gpu_inspector import language
from gpu_inspector.language import said

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def size_words(size_bytes: int) -> str:
    """A size as people read it: "24 GiB", "23.62 GiB", "512 MiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if abs(size_bytes) >= unit:
            whole = size_bytes % unit == 0
            shown = language.number(size_bytes // unit) if whole else language.number(size_bytes / unit, 2)
            return f"{shown} {name}"
    return said("{bytes} bytes", bytes=language.number(size_bytes))


def about_words(size_bytes: int, *, digits: int = 2) -> str:
    """A size that was inferred, no finer than it was seen: "72 MiB", "2.9 MiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if abs(size_bytes) >= unit:
            return number(_rounded(size_bytes / unit, digits), name)
    return said("{bytes} bytes", bytes=language.number(size_bytes))


def bits_words(bits: float) -> str:
    """The width of a bus as its speed implies it: three digits, since no speed tells more."""
    return number(_rounded(bits, 3), "bit")


def counted(count: int, one: str, several: str) -> str:
    """A number of things, in English whatever is shown: "1 page", "2 pages"."""
    return f"{count:,} {one if count == 1 else several}"


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def mib_words(size_bytes: int) -> str:
    """Whole MiB, as drivers count."""
    return f"{language.number(size_bytes // MIB)} MiB"


def offset_words(offset_bytes: int) -> str:
    """An offset in the tested area, exact and readable."""
    return f"0x{offset_bytes:X} ({size_words(offset_bytes)})" if offset_bytes >= KIB else f"0x{offset_bytes:X}"


def number(value: float | None, unit: str = "", *, digits: int = 4) -> str:
    """A measured number, bounded in length whatever a forged record holds; "–" for none."""
    if value is None:
        return "–"
    text = language.number(value, 0) if 1000 <= abs(value) < 1e12 else _significant(value, digits)
    return f"{text} {unit}" if unit else text


def _significant(value: float, digits: int) -> str:
    """So many digits that mean something; what has an exponent, or is no number, is written alike everywhere."""
    text = f"{value:.{digits}g}"
    return text if text.strip("-.0123456789") else language.number(float(text), len(text.partition(".")[2]))


def rate_words(bytes_per_s: float | None) -> str:
    """Bytes per second in GB/s, of 10^9."""
    return "–" if bytes_per_s is None else number(bytes_per_s / 1e9, "GB/s", digits=3)


def ungrouped(value: float, digits: int) -> str:
    """A number as it was typed, without groups: only its point is the shown language's."""
    return f"{value:.{digits}g}".replace(".", language.number(0.5, 1)[1:-1])
