"""How a simulated card warms and cools: two stages, each exact for a constant power."""

import math
from typing import Final

from gpu_inspector.measure.simulation.silicon import Cooling


class Heat:
    """Temperatures in °C, power in W, times in s."""

    def __init__(self, cooling: Cooling, area_mm2: float) -> None:
        self.cooling: Final = cooling
        self.fast_k_per_w: Final = cooling.fast_k_mm2_per_w / area_mm2
        self._fast = cooling.idle_w * self.fast_k_per_w
        self._slow = cooling.idle_w * cooling.slow_k_per_w

    def pass_time(self, seconds: float, power_w: float) -> None:
        """Let time pass at one power."""
        cooling = self.cooling
        self._fast += (power_w * self.fast_k_per_w - self._fast) * -math.expm1(-seconds / cooling.fast_s)
        self._slow += (power_w * cooling.slow_k_per_w - self._slow) * -math.expm1(-seconds / cooling.slow_s)

    @property
    def die_c(self) -> float:
        return self.cooling.ambient_c + self._slow + self._fast

    @property
    def memory_c(self) -> float:
        """Memory that sits beside the die: it has the heat sink's temperature and a part of the die's lead."""
        return self.cooling.ambient_c + self._slow + 0.6 * self._fast
