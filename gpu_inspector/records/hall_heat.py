"""The scale of temperatures of a hall, the same on paper and in the window: each step is darker than the one before.

One row of hues that nobody's eyes confuse, and that grey print keeps in order; the number stands in each cell as well.
Nothing is judged by it: what is too hot for a card stands in its own report.
"""

from dataclasses import dataclass

from gpu_inspector.language import said

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""
BLACK: Colour = (0.07, 0.07, 0.09)
WHITE: Colour = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """Whole degrees Celsius from `least` on, up to the next step."""

    least: int | None
    """None of the lowest one."""
    fill: Colour
    ink: Colour


STEPS = (
    Step(None, (1.0, 0.98, 0.88), BLACK),
    Step(40, (1.0, 0.91, 0.70), BLACK),
    Step(50, (0.99, 0.80, 0.48), BLACK),
    Step(60, (0.96, 0.65, 0.33), BLACK),
    Step(70, (0.87, 0.46, 0.28), BLACK),
    Step(80, (0.66, 0.24, 0.27), WHITE),
    Step(90, (0.36, 0.09, 0.22), WHITE),
)


def step_of(degrees: int) -> Step:
    """The step of a temperature."""
    return next(one for one in reversed(STEPS) if one.least is None or degrees >= one.least)


def words() -> tuple[str, ...]:
    """What each step is, with its unit."""
    found = []
    for at, one in enumerate(STEPS):
        above = STEPS[at + 1].least if at + 1 < len(STEPS) else None
        if above is None:
            found.append(said("{number} °C and more", number=one.least))
        elif one.least is None:
            found.append(said("below {number} °C", number=above))
        else:
            found.append(f"{one.least}–{above - 1} °C")
    return tuple(found)
