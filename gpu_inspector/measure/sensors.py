"""The card's sensors and counters while it is being measured, asked of NVML in the child process.

Every field is optional: what a card, a driver or a binding does not give is None, and what a card once said it does
not support is not asked again, so that a look costs little while the load runs. Only a card that is lost ends it all.
"""

import os
import stat
from collections.abc import Callable, Sequence
from ctypes import ArgumentError
from pathlib import Path
from types import ModuleType
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.measure.device import DeviceLost, Sensors

LOST = {15: N_("it has fallen off the bus"), 16: N_("it must be reset"), 28: N_("it is no longer there")}
"""NVML_ERROR_GPU_IS_LOST, _RESET_REQUIRED, _GPU_NOT_FOUND (nvml.h)."""
FOR_GOOD = {2, 3, 4, 13}
"""Invalid argument, not supported, no permission, function not found: no later answer will differ."""
THROTTLE = (
    (0x001, "idle"),
    (0x002, N_("clocks set by an application")),
    (0x004, N_("software power cap")),
    (0x008, N_("hardware slowdown")),
    (0x010, N_("sync boost")),
    (0x020, N_("software thermal slowdown")),
    (0x040, N_("hardware thermal slowdown")),
    (0x080, N_("hardware power brake")),
    (0x100, N_("clocks set for a display")),
)
"""The bits of nvmlClocksEventReasons (nvml.h)."""
MEMORY_TEMPERATURE = 82
POWER_INSTANT = 186
"""NVML_FI_DEV_MEMORY_TEMP and NVML_FI_DEV_POWER_INSTANT; nvmlDeviceGetPowerUsage is a mean over 1 s on most cards."""
SLOWDOWN_THRESHOLD, CORRECTED, UNCORRECTED, VOLATILE, SM_CLOCK, MEMORY_CLOCK, CORE = 1, 0, 1, 0, 1, 2, 0
UNSIGNED_INT, LARGEST_TEMPERATURE = 1, 255
MPS_PIPE = "/tmp/nvidia-mps"  # noqa: S108
"""NVIDIA's own default; it is looked at, never written."""
NOT_AVAILABLE = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
SYSFS = Path("/sys/bus/pci/devices")
MALFORMED = (AttributeError, TypeError, ValueError, LookupError, ArithmeticError, OSError, ArgumentError)
"""How an answer of another form ends inside of the binding or in our own hands."""


def open_monitor(uuid: str, library: ModuleType | None = None) -> "Monitor":
    """The sensors of the card with this UUID, as NVML writes it. Without NVML every later look gives nothing.

    `library` is NVML's Python binding, or what a test puts in its place.
    """
    binding = _binding() if library is None else library
    if binding is None:
        return Monitor(None, None)
    try:
        binding.nvmlInit()
        handle = binding.nvmlDeviceGetHandleByUUID(uuid)
    except (binding.NVMLError, *MALFORMED) as error:
        _raise_if_lost(error)
        return Monitor(None, None)
    return Monitor(binding, handle)


def _binding() -> ModuleType | None:
    try:
        import pynvml  # noqa: TID251
    except ImportError:
        return None
    return pynvml  # type: ignore[no-any-return]


def _raise_if_lost(error: BaseException) -> None:
    reason = LOST.get(getattr(error, "value", None) or 0)
    if reason:
        raise DeviceLost(
            N_(f"The card does not answer any more: {reason}."),
            N_("Switch the machine off, seat the card and its power plugs again, and inspect anew."),
        ) from error


class _NeverGiven(Exception):
    """Asking again would give nothing either."""


class Monitor:
    """One card's sensors. `settle` is called once this process has its own place on the card."""

    def __init__(
        self, library: ModuleType | None, handle: object, sysfs: Path = SYSFS, mps_pipe: Path | None = None
    ) -> None:
        self._library = library
        self._handle = handle
        self._silent: set[tuple[str, tuple[Any, ...]]] = set()
        self.pci_bus_id = self._bus_id()
        self._link = _link_of(sysfs / self.pci_bus_id) if self.pci_bus_id else (None, None)
        self._mps_pipe = mps_pipe or Path(os.environ.get("CUDA_MPS_PIPE_DIRECTORY", MPS_PIPE))
        self._before = set(self._processes() or ())
        self._own: set[int] = {os.getpid()}

    def settle(self) -> None:
        """Learn which process on the card is this one.

        Inside of a container NVML gives numbers of the host, which are not ours: there, the one process that has
        appeared since the monitor was opened is this one. Of several, none is taken for it: better one too many.
        """
        now = self._processes() or {}
        new = set(now) - self._before
        if os.getpid() not in now and len(new) == 1:
            self._own |= new

    def read(self) -> Sensors:
        """One look. Raises DeviceLost."""
        running = self._running()
        replays, ecc = self._number("PcieReplayCounter"), self._ecc
        gen, width = self._link
        return Sensors(
            temperature_c=self._temperature(),
            memory_c=self._field(MEMORY_TEMPERATURE, 1.0, LARGEST_TEMPERATURE),
            slowdown_c=self._number("TemperatureThreshold", SLOWDOWN_THRESHOLD, most=LARGEST_TEMPERATURE),
            power_w=self._power(),
            power_limit_w=_watts(self._number("EnforcedPowerLimit")),
            clock_mhz=self._number("ClockInfo", SM_CLOCK),
            memory_clock_mhz=self._number("ClockInfo", MEMORY_CLOCK),
            memory_clock_max_mhz=self._number("MaxClockInfo", MEMORY_CLOCK),
            throttle=self._throttle(),
            performance_state=self._number("PerformanceState", most=15),
            utilisation_percent=self._ask("UtilizationRates", lambda rates: _count(rates.gpu, 100)),
            link_gen=self._number("CurrPcieLinkGeneration"),
            link_width=self._number("CurrPcieLinkWidth"),
            link_gen_max=gen or self._number("GpuMaxPcieLinkGeneration"),
            # NVML's own figure is bounded by the slot; the card's capability register, where it can be had, is not.
            link_width_max=width or self._number("MaxPcieLinkWidth"),
            replays=replays,
            ecc_corrected=ecc(CORRECTED),
            ecc_uncorrected=ecc(UNCORRECTED),
            remapped_rows=self._ask("RemappedRows", lambda rows: _count(rows[0]) + _count(rows[1])),
            retired_pages=self._retired(),
            other_processes=None if running is None else len(running),
            other_bytes=None if running is None else sum(used or 0 for used in running.values()),
            mig=self._ask("MigMode", lambda modes: _count(modes[0]) == 1),
            mps=self._mps(),
            display=self._ask("DisplayActive", lambda active: _count(active) == 1),
        )

    def glance(self) -> Sensors:
        """Four numbers only: some of the others take a driver milliseconds. Raises DeviceLost."""
        return Sensors(
            temperature_c=self._temperature(),
            power_w=self._power(),
            clock_mhz=self._number("ClockInfo", SM_CLOCK),
            memory_clock_mhz=self._number("ClockInfo", MEMORY_CLOCK),
        )

    def _ask(self, name: str, convert: Callable[[Any], Any], *arguments: Any) -> Any:
        """What `convert` makes of an answer; None where there is none. Raises DeviceLost."""
        question = (name, arguments)
        if self._library is None or question in self._silent:
            return None
        try:
            call = getattr(self._library, f"nvmlDeviceGet{name}", None)
            if call is None:
                raise _NeverGiven
            return convert(call(self._handle, *arguments))
        except self._library.NVMLError as error:
            _raise_if_lost(error)
            if getattr(error, "value", None) in FOR_GOOD:
                self._silent.add(question)
        except _NeverGiven:
            self._silent.add(question)
        except MALFORMED:
            pass
        return None

    def _number(self, name: str, *arguments: int, most: int = 2**53 - 1) -> int | None:
        found: int | None = self._ask(name, lambda value: _count(value, most), *arguments)
        return found

    def _bus_id(self) -> str:
        """As the system writes it, "0000:01:00.0"; "" where it cannot be had."""
        found: str | None = self._ask("PciInfo", lambda info: f"{info.domain:04x}:{info.bus:02x}:{info.device:02x}.0")
        return found or ""

    def _temperature(self) -> int | None:
        first = self._number("TemperatureV", CORE, most=LARGEST_TEMPERATURE)
        return self._number("Temperature", CORE, most=LARGEST_TEMPERATURE) if first is None else first

    def _field(self, number: int, unit: float, most: int) -> float | None:
        """One of NVML's numbered fields, where it is an unsigned number; times `unit`."""

        def value(answers: Sequence[Any]) -> float:
            if answers[0].nvmlReturn in FOR_GOOD:
                raise _NeverGiven
            if answers[0].nvmlReturn != 0 or answers[0].valueType != UNSIGNED_INT:
                raise ValueError("no such number")
            return _count(answers[0].value.uiVal, most) * unit

        found: float | None = self._ask("FieldValues", value, (number,))
        return found

    def _power(self) -> float | None:
        """Watts now, where the card gives that, else the driver's mean."""
        now = self._field(POWER_INSTANT, 1e-3, 10**8)
        return round(now, 3) if now else _watts(self._number("PowerUsage"))

    def _throttle(self) -> tuple[str, ...]:
        bits = self._number("CurrentClocksEventReasons")
        if bits is None:
            bits = self._number("CurrentClocksThrottleReasons")
        return tuple(name for bit, name in THROTTLE if (bits or 0) & bit)

    def _ecc(self, kind: int) -> int | None:
        return self._number("TotalEccErrors", kind, VOLATILE)

    def _retired(self) -> int | None:
        counts = [self._ask("RetiredPages", len, cause) for cause in (0, 1)]
        return None if None in counts else sum(counts)

    def _processes(self) -> dict[int, int | None] | None:
        """Bytes of each process on the card, compute and graphics; None where NVML does not list them."""
        found: dict[int, int | None] = {}
        listed = False
        for kind in ("Compute", "Graphics"):
            for pid, used in self._ask(f"{kind}RunningProcesses", _holders) or ():
                found[pid] = max(used or 0, found.get(pid) or 0) or None
            listed = listed or (f"{kind}RunningProcesses", ()) not in self._silent
        return found if listed and self._library is not None else None

    def _running(self) -> dict[int, int | None] | None:
        """The processes beside this one."""
        processes = self._processes()
        return None if processes is None else {pid: used for pid, used in processes.items() if pid not in self._own}

    def _mps(self) -> bool | None:
        """Whether CUDA shares the card through NVIDIA's multi-process service: its clients, or its daemon's pipe."""
        clients = self._ask("MPSComputeRunningProcesses", len)
        try:
            daemon = stat.S_ISFIFO((self._mps_pipe / "control").stat().st_mode)
        except OSError:
            daemon = False
        return True if clients or daemon else (None if self._library is None else False)


def _count(value: object, most: int = 2**53 - 1) -> int:
    """A whole number from 0 to `most`; NVML's "not available" is none."""
    if isinstance(value, bool) or not isinstance(value, int) or value in NOT_AVAILABLE or not 0 <= value <= most:
        raise ValueError("no such number")
    return value


def _watts(milliwatts: int | None) -> float | None:
    return None if milliwatts is None else round(milliwatts / 1000, 3)


def _holders(processes: Sequence[Any]) -> list[tuple[int, int | None]]:
    return [(_count(one.pid), None if one.usedGpuMemory is None else _count(one.usedGpuMemory)) for one in processes]


def _link_of(device: Path) -> tuple[int | None, int | None]:
    """Generation and width that the card's own capability register names, as Linux shows it."""
    speeds = {"2.5": 1, "5.0": 2, "8.0": 3, "16.0": 4, "32.0": 5, "64.0": 6}
    try:
        speed = (device / "max_link_speed").read_text().split()
        width = (device / "max_link_width").read_text().strip()
    except (OSError, ValueError):
        return None, None
    gen = speeds.get(speed[0]) if speed else None
    return gen, int(width) if width in ("1", "2", "4", "8", "12", "16", "32") else None
