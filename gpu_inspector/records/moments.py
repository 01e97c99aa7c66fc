"""Times as people read them: 24 hours, with the zone behind, in the language that is shown.

A record keeps an instant in UTC and the offset of the place where it was made; both may be forged, so an impossible one
must still be shown as something.
"""

from datetime import datetime, timedelta, timezone

from gpu_inspector.language import day, moment

_DAY = 1439
"""Minutes of the largest offset that a time zone of Python's may have."""


def local_time(at: datetime, offset_minutes: int, *, seconds: bool = True) -> str:
    """24-hour local time with its offset from UTC; in UTC where the offset or the year is no real one."""
    local, zone = _local(at, offset_minutes)
    return f"{moment(local, seconds=seconds)} {zone}"


def local_day(at: datetime, offset_minutes: int) -> str:
    """The date at the place where it was."""
    return day(_local(at, offset_minutes)[0].date())


def local_minutes(at: datetime, offset_minutes: int) -> str:
    """Local date and time without seconds and zone, for a table that says the zone elsewhere."""
    return moment(_local(at, offset_minutes)[0], seconds=False)


def utc_time(at: datetime) -> str:
    """24-hour time in UTC; `at` is in UTC."""
    return f"{moment(at)} UTC"


def _local(at: datetime, offset_minutes: int) -> tuple[datetime, str]:
    bounded = max(-_DAY, min(_DAY, offset_minutes))
    try:
        local = at.astimezone(timezone(timedelta(minutes=bounded)))
    except OverflowError:
        return at, "UTC"
    sign = "-" if bounded < 0 else "+"
    return local, f"UTC{sign}{abs(bounded) // 60:02d}:{abs(bounded) % 60:02d}"
