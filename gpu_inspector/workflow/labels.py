"""The label's bar codes, from photographs to the record: what window and commands use of `records.label_codes`."""

from gpu_inspector.records.label_codes import (
    Suggestion,
    codes_of,
    codes_on,
    confirm,
    confirmed,
    confirmed_in,
    suggestions,
    with_codes,
)

__all__ = [
    "Suggestion",
    "codes_of",
    "codes_on",
    "confirm",
    "confirmed",
    "confirmed_in",
    "suggestions",
    "with_codes",
]
