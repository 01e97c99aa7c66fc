"""A day, a month or a year as people write it, as the times between which it lies."""

import calendar
from datetime import date, datetime, time, timedelta

from gpu_inspector.errors import GpuInspectorError


class QuestionError(GpuInspectorError):
    """What was asked for cannot be understood."""


def days(text: str) -> tuple[datetime, datetime] | None:
    """The beginning and the end, in local time, of the day, month or year that is meant; None for no text.

    Takes 2026, 2026-11 and 2026-11-24. Raises QuestionError for what is no date.
    """
    parts = text.strip().split("-")
    if parts == [""]:
        return None
    try:
        if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError(text)
        year, month, day = (*(int(part) for part in parts), 0, 0)[:3]
        begin = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
        return _midnight(begin), _midnight(last + timedelta(days=1))
    except (ValueError, OverflowError) as error:
        raise QuestionError(f"“{text[:40]}” is no date.", "Write 2026-11-24, 2026-11 or 2026.") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()
