"""Whether the bars in the picture are those of the text: each edge held against where the code's own rule has it.

A reader matches each sign to the pattern that it is nearest to, and lets a sign be wider than its neighbours. Bars that
were changed can so be read as another text whose checksum holds: of 1754 codes on generated pictures with changed bars
two were, and every reading agreed. Their edges stand where no edge of that text stands; that is what is asked here.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gpu_inspector.workflow.barcode_reads import Place, row_of

if TYPE_CHECKING:
    from PIL import Image

_OFF = 0.45
"""Modules that an edge may stand from where it belongs: from half a module on, it might be the next one."""
_EVEN = 0.6
"""Modules that a sign's three bars of Code 128 may be from an even sum."""
_FLAT = 0.2
"""Share of the height from bar to space below which a step is the paper's, and no edge."""
_SHARES = (-0.22, 0.22, 0.0)
"""Where on its height a code is looked at, shares of it from its middle."""
_MOST_STEPS = 900


def bars_fit(grey: "Image.Image", place: Place, kind: str, text: str) -> bool:
    """Whether the bars at this place of a grey picture are a code of this kind that says this text."""
    wanted = _widths(kind, text)
    for share in _SHARES:
        row = row_of(grey, place, share)
        for profile in (row, -row):  # light bars on dark, too
            if _as_written(profile, wanted) or (kind == "Code 128" and _regular(profile)):
                return True
    return False


def _widths(kind: str, text: str) -> list[int]:
    """The widths of bars and spaces, in modules, as this text is usually written; [] where it cannot be."""
    import numpy as np
    import zxingcpp

    try:
        code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    except (ValueError, RuntimeError):
        return []
    row = np.asarray(code.to_image(scale=1, add_quiet_zones=False))[0] > 127
    edges = np.flatnonzero(np.diff(row.astype(np.int8))) + 1
    return [int(width) for width in np.diff([0, *edges, len(row)])]


def _edges(profile: Any, count: int) -> Any:
    """Where the profile steps from space to bar and back, `count` times, or as often as it plainly does for 0.

    Of all steps up and down the smallest are smoothed away, in pairs, until those that are wanted are left. An edge is
    where half of its step is done. None where there are not so many.
    """
    import numpy as np

    steps = np.diff(profile)
    moving = np.flatnonzero(steps)  # a level stretch turns where it ends
    turns = moving[1:][np.diff(np.sign(steps[moving])) != 0]
    if not 4 <= len(turns) <= _MOST_STEPS:
        return None
    low, high = np.percentile(profile, (10, 90))
    places = [0, *turns.tolist(), len(profile) - 1]
    _smooth(places, profile.tolist(), count, _FLAT * float(high - low))
    if (count and len(places) != count + 1) or profile[places[0]] < profile[places[1]]:  # paper comes first
        return None
    return np.array([_crossing(profile, left, right) for left, right in pairwise(places)])


def _smooth(places: list[int], light: list[float], count: int, flat: float) -> None:
    """Take turning points away, the flattest step first, until `count` steps are left, or for 0 no step is flat."""
    while len(places) > 3:
        steps = [abs(light[right] - light[left]) for left, right in pairwise(places)]
        least = min(steps)
        if len(steps) <= count if count else least >= flat:
            return
        inner = steps.index(least)
        if inner in (0, len(steps) - 1):  # in the quiet zone
            del places[0 if inner == 0 else -1]
        else:
            del places[inner : inner + 2]


def _crossing(profile: Any, left: int, right: int) -> float:
    """Where between two turning points half of the step is done."""
    import numpy as np

    part, half = profile[left : right + 1], (profile[left] + profile[right]) / 2
    inside = np.flatnonzero(part < half if part[0] > part[-1] else part > half)
    first = int(inside[0]) if len(inside) else 1
    step = part[first] - part[first - 1]
    return float(left + first - 1 + (half - part[first - 1]) / step) if step else float(left + first)


def _as_written(profile: Any, wanted: list[int]) -> bool:
    """Whether each edge stands where it belongs: the left edges of all bars by themselves, and the right ones."""
    import numpy as np

    if not wanted:
        return False
    edges = _edges(profile, len(wanted) + 1)
    if edges is None:
        return False
    at = np.concatenate(([0], np.cumsum(wanted)))
    return all(_off(at[first::2], edges[first::2]) <= _OFF for first in (0, 1))


def _off(at: Any, edges: Any) -> float:
    """How far, in modules, the worst of these edges stands from a smooth row; perspective bends it a little."""
    import numpy as np

    if len(at) < 4:
        return float("inf")
    middle = at - at.mean()
    curve = np.polyfit(middle, edges, 2)
    module = abs(curve[1])
    return float(np.abs(np.polyval(curve, middle) - edges).max() / module) if module > 0.5 else float("inf")


def _regular(profile: Any) -> bool:
    """Whether these are bars of a Code 128 of whatever text: signs of eleven modules, their bars even in sum.

    The same text may be written in several ways, and which one a printer chose is its own affair.
    """
    import numpy as np

    edges = _edges(profile, 0)
    if edges is None or len(edges) < 20 or (len(edges) - 8) % 6:
        return False
    signs = (len(edges) - 8) // 6
    starts = np.append(edges[: 6 * signs + 1 : 6], edges[-2])
    at = np.append(11 * np.arange(signs + 1), 11 * signs + 11)
    if _off(at, starts) > _OFF:
        return False
    widths = np.diff(edges[: 6 * signs + 1]).reshape(signs, 6)
    bars = widths[:, ::2].sum(axis=1) * 11 / widths.sum(axis=1)
    spread = np.median(bars - 2 * np.round(bars / 2))
    off = bars - spread - 2 * np.round((bars - spread) / 2)
    return bool(np.abs(off).max() <= _EVEN)
