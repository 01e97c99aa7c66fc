"""Goods codes of the Harmonized System, as papers write them: "8473.30.1180", "8473 30 20", "HS 84733080".

Six digits are the same in all countries; what follows is each country's own and is not read. Chapters 98 and 99 are
national too (duties, returned goods) and stand beside the goods' own code.
"""

import re
import unicodedata

LONGEST = 400
"""Characters of a declared code that are read."""
_CODE = re.compile(
    r"(?<![\d.])(\d{2})[ .\-]?(\d{2})(?:[ .\-]?(\d{2})(?:[ .\-]?\d{2}(?:[ .\-]?\d{2}(?:[ .\-]?\d{1,4})?)?)?)?(?!\d)"
)
_EDITION = re.compile(r"(?i)\b(?:hs|hts|cn|kn)[\s-]*(?:20)?(?:0[27]|[12]\d)\b(?=\s*[:\s]\s*\d)")
"""The nomenclature's edition before the code, "HS 2022: 8473.30"."""
_NATIONAL = ("98", "99")
_NONE = ("00", "77")
"""Chapters that do not exist: 77 is kept free."""


_HEADING = re.compile(r"(?<![\d.,])84[. ]?7[0-3](?:[. ]?\d{2}){0,3}(?!\d)")
_MACHINES = re.compile(
    r"\badp\b|\badpm\b|automatic data|data processing machine|datenverarbeitung|traitement automatique|traitement de l"
    r"|procesamiento de datos|processamento de dados|elaborazione dell|обработки (?:данных|информации)|自[动動][数資数]"
)


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a text as "8473.30", or "8473" where only a heading is given; without the national ones.

    () where it holds none, or where any run of digits in it is not of the form of a code: half of a number is not read.
    """
    said = "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", text[:LONGEST]))
    said = _EDITION.sub(" ", said)
    if re.search(r"\d", _CODE.sub(" ", said)):
        return ()
    codes = [f"{one[1]}{one[2]}.{one[3]}" if one[3] else one[1] + one[2] for one in _CODE.finditer(said)]
    if any(code[:2] in _NONE for code in codes):
        return ()
    return tuple(dict.fromkeys(code for code in codes if code[:2] not in _NATIONAL))


def speaks_as_tariff(text: str) -> bool:
    """Whether a description speaks in the tariff's own words of what 8473.30 holds: parts of machines of heading 8471.

    In any language: the heading's figures are enough, or the tariff's name for computers.
    """
    said = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return _HEADING.search(said) is not None or _MACHINES.search(said) is not None


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
