"""The simulated card as its sensors see it: time, heat, power, clocks, the state of the link."""

from typing import Final

import numpy as np

from gpu_inspector.measure.device import Sensors
from gpu_inspector.measure.simulation.heat import Heat
from gpu_inspector.measure.simulation.silicon import Silicon

_REST_AFTER_S = 0.5
"""Idle for so long, clocks and link go down."""
_LINK_RISES_S = 0.02
"""Of traffic, until a link that rested is up."""
_CLOCK_FALLS_PER_K = 0.0005
"""Clocks fall a little as the die warms."""
_IDLE_MEMORY_MHZ = 405.0
_COPYING = 0.3
"""The share of the load's power that a copy over the link draws."""


class Body:
    """Kernels that were begun are worked off as time passes."""

    def __init__(self, silicon: Silicon, noise: np.random.Generator) -> None:
        self.silicon: Final = silicon
        self.heat: Final = Heat(silicon.cooling, silicon.chip.area_mm2)
        self.noise: Final = noise
        self.now_s = 0.0
        self._queue: list[tuple[float, float]] = []
        self._last_work_s = -10.0
        self._traffic_s = 0.0
        self._power_w = silicon.cooling.idle_w

    def work(self, seconds: float, power: float) -> None:
        """Begin work that takes `seconds` at a share of the load's power."""
        cooling = self.silicon.cooling
        self._queue.append((seconds, cooling.idle_w + power * (cooling.load_w - cooling.idle_w)))

    def pass_time(self, seconds: float) -> None:
        """Let time pass: work is done first, what is left is idle."""
        while self._queue and seconds > 0.0:
            left, power = self._queue[0]
            step = min(left, seconds)
            self._step(step, power)
            self._last_work_s = self.now_s
            seconds -= step
            if left > step:
                self._queue[0] = (left - step, power)
            else:
                del self._queue[0]
        if seconds > 0.0:
            self._step(seconds, self.silicon.cooling.idle_w)

    def finish(self) -> None:
        """Until all work is done."""
        while self._queue:
            self.pass_time(self._queue[0][0])

    def transfer(self, seconds: float) -> None:
        """A copy over the link."""
        self._traffic_s = self._traffic_s + seconds if self.awake else seconds
        self.work(seconds, _COPYING)
        self.finish()

    def _step(self, seconds: float, power_w: float) -> None:
        self.now_s += seconds
        self._power_w = power_w
        self.heat.pass_time(seconds, power_w)

    @property
    def awake(self) -> bool:
        """Whether the card works, or did so a moment ago."""
        return bool(self._queue) or self.now_s - self._last_work_s < _REST_AFTER_S

    @property
    def link_rests(self) -> bool:
        """Whether the link is still at its first generation."""
        return not self.awake or self._traffic_s < _LINK_RISES_S

    @property
    def working_clock_mhz(self) -> float:
        """Of the SMs under load."""
        return self.silicon.chip.clock_mhz * (1.0 - _CLOCK_FALLS_PER_K * max(self.heat.die_c - 40.0, 0.0))

    def glance(self) -> Sensors:
        """For charts alone: without noise, so that it takes none from the looks that are measured with."""
        awake = self.awake
        return Sensors(
            temperature_c=float(round(self.heat.die_c)),
            power_w=round(self._power_w, 1),
            clock_mhz=float(round(self.working_clock_mhz if awake else self.silicon.chip.idle_clock_mhz)),
        )

    def sensors(self) -> Sensors:
        """Whole degrees, as drivers give them; power with a noise of one percent."""
        silicon, cooling, awake = self.silicon, self.silicon.cooling, self.awake
        power = self._power_w * float(self.noise.normal(1.0, 0.01))
        share = self._power_w / cooling.load_w
        ecc = 0 if silicon.memory.ecc else None
        hotspot = None if cooling.hotspot_k is None else round(self.heat.die_c + cooling.hotspot_k * share)
        return Sensors(
            temperature_c=float(round(self.heat.die_c)),
            hotspot_c=hotspot,
            memory_c=float(round(self.heat.memory_c)) if cooling.memory_sensor else None,
            slowdown_c=cooling.slowdown_c,
            power_w=round(power, 1),
            power_limit_w=round(cooling.load_w * 1.05),
            clock_mhz=float(round(self.working_clock_mhz if awake else silicon.chip.idle_clock_mhz)),
            memory_clock_mhz=silicon.memory.clock_mhz if awake else min(_IDLE_MEMORY_MHZ, silicon.memory.clock_mhz),
            memory_clock_max_mhz=silicon.memory.clock_mhz,
            throttle=(),
            performance_state=(0 if silicon.memory.ecc else 2) if awake else 8,
            utilisation_percent=100 if self._queue else 0,
            link_gen=silicon.link.trained_gen if not self.link_rests else 1,
            link_width=silicon.link.trained_width,
            link_gen_max=silicon.link.gen,
            link_width_max=silicon.link.width,
            replays=0,
            ecc_corrected=ecc,
            ecc_uncorrected=ecc,
            remapped_rows=ecc,
            retired_pages=ecc,
            other_processes=0,
            other_bytes=0,
            mig=False,
            mps=False,
            display=False,
        )
