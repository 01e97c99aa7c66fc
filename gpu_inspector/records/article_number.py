"""Article numbers of the shop, EAN-13: thirteen digits like a serial number, and another thing altogether.

They stand on every box, so a scanner or a clerk may take one for the serial. The last digit is a check digit: digits
weigh 1 and 3 by turns, and the sum is a multiple of ten (GS1 General Specifications).
"""

import re

_FORM = re.compile(r"[0-9]{13}")
_WEIGHTS = (1, 3)


def is_article_number(text: str) -> bool:
    """Whether a text has the form of an EAN-13 and its check digit holds; so has one serial number in ten."""
    if not _FORM.fullmatch(text):
        return False
    return sum(int(digit) * _WEIGHTS[place % 2] for place, digit in enumerate(text)) % 10 == 0
