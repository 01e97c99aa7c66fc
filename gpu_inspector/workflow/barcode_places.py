"""Where in a picture bars may stand, and how they lie: places whose edges all point the same way.

A reader of codes looks along a picture's own rows and columns; a code that lies askew is found by its edges.
"""

from math import cos, hypot, sin
from typing import TYPE_CHECKING, Any

from gpu_inspector.workflow.barcode_reads import Place

if TYPE_CHECKING:
    from PIL import Image

_TILE = 16
"""Pixels of a tile's side."""
_SAME_WAY = 0.45
"""How much alike the edges of a tile must point, of 1."""
_STEEP = 5.0
"""Grey steps from pixel to pixel, on the average of a tile: flat ground has none."""
_TURN = 0.3
"""Radians that the edges of neighbouring tiles of one code may differ by."""
_FEWEST = 6
"""Tiles of a place."""
_MOST = 10
"""Places that are told, the strongest first."""


def likely_places(grey: "Image.Image") -> list[Place]:
    """Places of a grey picture that look like bars, at most ten, the strongest first."""
    angles, strengths = _tiles(grey)
    found = [_place(tiles, angles) for tiles in _together(angles, strengths)]
    return [place for place in found if place is not None][:_MOST]


def _tiles(grey: "Image.Image") -> tuple[Any, Any]:
    """For each tile the direction across its edges, in radians, and their strength; 0 where they point all ways."""
    import numpy as np

    light = np.asarray(grey, dtype=np.float32)
    high, wide = (light.shape[0] - 2) // _TILE, (light.shape[1] - 2) // _TILE
    if high < 1 or wide < 1:
        return np.zeros((0, 0)), np.zeros((0, 0))
    whole = light[: high * _TILE + 2, : wide * _TILE + 2]
    # over three pixels each: noise of single pixels is no edge
    right = whole[:, 2:] - whole[:, :-2]
    right = right[1:-1] + (right[:-2] + right[2:]) / 2
    down = whole[2:] - whole[:-2]
    down = down[:, 1:-1] + (down[:, :-2] + down[:, 2:]) / 2

    def total(values: Any) -> Any:
        return values.reshape(high, _TILE, wide, _TILE).sum(axis=(1, 3), dtype=np.float64)

    xx, yy, xy = total(right * right), total(down * down), total(right * down)
    energy = xx + yy
    alike = np.hypot(xx - yy, 2 * xy) / np.maximum(energy, 1e-9)
    steep = np.sqrt(energy / _TILE**2) / 4
    strength = np.where((alike > _SAME_WAY) & (steep > _STEEP), np.sqrt(energy) * alike, 0.0)
    return np.arctan2(2 * xy, xx - yy) / 2, strength


def _together(angles: Any, strengths: Any) -> list[list[tuple[int, int]]]:
    """Neighbouring tiles whose edges point the same way, the strongest company first."""
    waiting = {(row, column) for row, column in zip(*strengths.nonzero(), strict=True)}
    angle, strength = angles.tolist(), strengths.tolist()
    found = []
    for first in sorted(waiting, key=lambda tile: -strength[tile[0]][tile[1]]):
        if first not in waiting:
            continue
        waiting.discard(first)
        company, edge = [first], [first]
        while edge:
            row, column = edge.pop()
            for near in ((row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)):
                if near in waiting and abs(sin(angle[near[0]][near[1]] - angle[row][column])) < _TURN:
                    waiting.discard(near)
                    company.append(near)
                    edge.append(near)
        if len(company) >= _FEWEST:
            found.append((sum(strength[row][column] for row, column in company), company))
    return [company for _strength, company in sorted(found, key=lambda item: -item[0])[: 3 * _MOST]]


def _place(tiles: list[tuple[int, int]], angles: Any) -> Place | None:
    """The box around these tiles, turned as their edges lie; None for a mere line, such as the rim of a label."""
    import numpy as np

    rows, columns = np.array(tiles).T
    doubled = 2 * angles[rows, columns]
    angle = float(np.arctan2(np.sin(doubled).mean(), np.cos(doubled).mean()) / 2)
    x, y = (columns + 0.5) * _TILE + 1, (rows + 0.5) * _TILE + 1
    along, across = x * cos(angle) + y * sin(angle), y * cos(angle) - x * sin(angle)
    long, high = float(np.ptp(along)) + _TILE, float(np.ptp(across)) + _TILE
    if long < 3 * _TILE or hypot(long, high) > 40 * min(long, high):
        return None
    middle, level = (along.max() + along.min()) / 2, (across.max() + across.min()) / 2
    return Place(
        float(middle * cos(angle) - level * sin(angle)),
        float(middle * sin(angle) + level * cos(angle)),
        long,
        high,
        angle,
    )
