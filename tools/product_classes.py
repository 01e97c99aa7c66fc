"""Classes of products, as the tables of docs/accuracy.md count them."""

from collections.abc import Sequence

from gpu_inspector.records.product import Product

UNKNOWN = "not in the tables"
CLASSES = (
    "GeForce desktop",
    "GeForce laptop",
    "workstation",
    "workstation laptop",
    "datacentre",
    "CMP",
    "other",
    UNKNOWN,
)
"""In the order of the tables; older than Maxwell is in no table."""
_WORDS = {"GeForce": "GeForce desktop", "Quadro/RTX pro": "workstation", "datacentre": "datacentre", "CMP": "CMP"}


def class_of(rows: Sequence[Product]) -> str:
    """The class of the products that a card may be; UNKNOWN where there are none, "other" where they differ."""
    found = {_one(row) for row in rows}
    return found.pop() if len(found) == 1 else "other" if found else UNKNOWN


def _one(row: Product) -> str:
    word = _WORDS.get(row.segment, "other")
    if not row.mobile or word in ("CMP", "other", "datacentre"):
        return word
    return "GeForce laptop" if word == "GeForce desktop" else "workstation laptop"
