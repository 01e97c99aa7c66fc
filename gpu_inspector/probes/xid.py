"""Error reports of NVIDIA's driver ("Xid") out of a kernel log's text, whatever tool wrote it.

A line is known by the driver's own words, "NVRM: Xid (PCI:0000:65:00): 79, ..."; what stands ahead of them is the
log's: a time since the start, a time of day, or nothing. A time of day without zone or year is no time, and stays text.
A log is untrusted, so that lines are bounded in number and length; that one report is there many times is a count.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.server import DriverEvent

MOST_EVENTS = 256
MOST_WORDINGS = 8
"""Of one error of one card; further ones count as more of the last: a looping program changes an address each time."""
LONGEST_PREFIX = 200
"""Characters ahead of the driver's words in which a time is looked for."""
MOST_TIMES = 2**31

_REPORT = re.compile(
    r"NVRM: Xid \((?:PCI:)?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.([0-7]))?(?: [^()]{0,40})?\):"
    r" ?([0-9]{1,4})(?![0-9])",
    re.ASCII | re.IGNORECASE,
)
"""With "PCI:" since R319 or so [from memory]; a MIG instance may stand behind the address."""
_NAMELESS = re.compile(r"NVRM: Xid (?:\([^()]{0,40}\))?:? ?([0-9]{1,4})(?![0-9])", re.ASCII)
_SINCE_START = re.compile(r"\[ {0,8}([0-9]{1,9}\.[0-9]{1,9})\]", re.ASCII)
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,]([0-9]{1,6})[0-9]{0,3})?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})",
    re.ASCII,
)
_SPOKEN = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9]?[0-9]"
    r" [0-9]{2}:[0-9]{2}:[0-9]{2}(?: [0-9]{4})?",
    re.ASCII,
)
_AUDIT = re.compile(r"\baudit[:(\[]")
"""The audit trail quotes the commands that people type, and somebody may have searched for these very words."""


def events_of(text: str) -> tuple[DriverEvent, ...]:
    """The driver's error reports of a log, in its order, equal ones of one card told once; pure."""
    found: list[DriverEvent] = []
    places: dict[tuple[int, str | None, str], int] = {}
    wordings: dict[tuple[int, str | None], list[int]] = {}
    for line in text.splitlines():
        event = _event(line) if "NVRM: Xid" in line else None
        if event is None:
            continue
        words = _words(event)
        kind = wordings.setdefault((event.xid, event.address), [])
        place = places.get((event.xid, event.address, words))
        if place is None and len(kind) >= MOST_WORDINGS:
            place = kind[-1]
        if place is not None:
            found[place] = replace(found[place], times=min(found[place].times + 1, MOST_TIMES))
        elif len(found) < MOST_EVENTS:
            places[event.xid, event.address, words] = len(found)
            kind.append(len(found))
            found.append(event)
    return tuple(found)


def united(logs: Iterable[str]) -> tuple[DriverEvent, ...]:
    """The reports of several logs of one time, such as dmesg's and the journal's: one that stands in two is one."""
    found: dict[tuple[int, str | None, str], DriverEvent] = {}
    for log in logs:
        for event in events_of(log):
            key = (event.xid, event.address, _words(event))
            if key not in found or found[key].times < event.times:
                found[key] = event
    return tuple(found.values())[:MOST_EVENTS]


def _words(event: DriverEvent) -> str:
    """The report without the time that may stand ahead of it."""
    return event.text[event.text.index("NVRM:") :]


def _event(line: str) -> DriverEvent | None:
    begin = line.index("NVRM: Xid")
    prefix, words = line[max(0, begin - LONGEST_PREFIX) : begin], line[begin:]
    if _AUDIT.search(prefix):
        return None
    address: str | None = None
    match = _REPORT.match(words)
    if match is not None:
        domain, bus, device, function, number = match.groups()
        address = f"{int(domain or '0', 16):04x}:{bus}:{device}.{function or '0'}".lower()
    else:
        nameless = _NAMELESS.match(words)
        if nameless is None:
            return None
        number = nameless[1]
    at, since = _iso(prefix), _SINCE_START.search(prefix)
    spoken = _SPOKEN.search(prefix) if at is None else None
    said = clean(words)
    return DriverEvent(
        xid=int(number),
        address=address,
        at=at,
        since_start_s=float(since[1]) if since is not None else None,
        text=f"{spoken[0]}: {said}" if spoken is not None else said,
    )


def _iso(prefix: str) -> datetime | None:
    match = _ISO.search(prefix)
    if match is None:
        return None
    day, time, fraction, zone = match.groups()
    try:
        found = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0').ljust(6, '0')}{zone}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
