"""The sensors, with another library in NVML's place."""

import os
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure.device import DeviceLost, Sensors
from gpu_inspector.measure.sensors import Monitor, open_monitor

NOTHING = Path("/nowhere")
OTHER, THIRD = os.getpid() + 1, os.getpid() + 2
"""Processes that are not the tests' own, which can have any number."""


class NvmlError(Exception):
    def __init__(self, value: int) -> None:
        super().__init__(f"NVML error {value}")
        self.value = value


def process(pid: int, used: int | None = 1 << 20) -> SimpleNamespace:
    return SimpleNamespace(pid=pid, usedGpuMemory=used)


def field(number: int) -> list[SimpleNamespace]:
    known = {82: 71, 186: 203_500}
    value = SimpleNamespace(uiVal=known.get(number, 0))
    return [SimpleNamespace(nvmlReturn=0 if number in known else 3, valueType=1, value=value)]


ANSWERS: dict[str, Any] = {
    "PciInfo": SimpleNamespace(domain=0, bus=0x41, device=0),
    "TemperatureV": 64,
    "TemperatureThreshold": 93,
    "EnforcedPowerLimit": 350_000,
    "PowerUsage": 199_000,
    "ClockInfo": {1: 1710, 2: 9751},
    "MaxClockInfo": {2: 9751},
    "CurrentClocksEventReasons": 0x44,
    "PerformanceState": 2,
    "UtilizationRates": SimpleNamespace(gpu=97, memory=40),
    "CurrPcieLinkGeneration": 4,
    "CurrPcieLinkWidth": 8,
    "GpuMaxPcieLinkGeneration": 4,
    "MaxPcieLinkWidth": 8,
    "PcieReplayCounter": 3,
    "TotalEccErrors": {0: 5, 1: 0},
    "RemappedRows": (1, 2, 0, 0),
    "RetiredPages": [],
    "MigMode": [0, 0],
    "DisplayActive": 1,
    "ComputeRunningProcesses": [process(os.getpid(), 7 << 30), process(OTHER)],
    "GraphicsRunningProcesses": [process(OTHER), process(THIRD, None)],
    "MPSComputeRunningProcesses": [],
}


class Library(ModuleType):
    """NVML with one card; an answer that is an error is raised."""

    NVMLError = NvmlError

    def __init__(self, answers: dict[str, Any], init: Exception | None = None) -> None:
        super().__init__("pynvml")
        self.answers, self.init = answers, init
        self.asked: list[str] = []

    def nvmlInit(self) -> None:  # noqa: N802
        if self.init:
            raise self.init

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:  # noqa: N802
        return "handle"

    def __getattr__(self, name: str) -> Any:
        short = name.removeprefix("nvmlDeviceGet")
        if short == "FieldValues":
            return lambda handle, numbers: field(numbers[0])
        if short not in self.answers:
            raise AttributeError(name)

        def call(handle: object, *arguments: Any) -> Any:
            self.asked.append(short)
            answer = self.answers[short]
            if isinstance(answer, Exception):
                raise answer
            return answer[arguments[0]] if isinstance(answer, dict) else answer

        return call


def monitor(answers: dict[str, Any], sysfs: Path = NOTHING, pipe: Path = NOTHING) -> Monitor:
    return Monitor(Library(answers), "handle", sysfs, pipe)


def test_every_sensor_that_answers_is_told() -> None:
    found = monitor(ANSWERS).read()
    assert found == Sensors(
        temperature_c=64, memory_c=71.0, slowdown_c=93, power_w=203.5, power_limit_w=350.0, clock_mhz=1710,
        memory_clock_mhz=9751, memory_clock_max_mhz=9751, throttle=("software power cap", "hardware thermal slowdown"),
        performance_state=2, utilisation_percent=97, link_gen=4, link_width=8, link_gen_max=4, link_width_max=8,
        replays=3, ecc_corrected=5, ecc_uncorrected=0, remapped_rows=3, retired_pages=0, other_processes=2,
        other_bytes=1 << 20, mig=False, mps=False, display=True,
    )  # fmt: skip


def test_without_a_library_nothing_is_known() -> None:
    assert Monitor(None, None).read() == Sensors()
    assert open_monitor("GPU-0", Library({}, init=NvmlError(12))).read() == Sensors()
    assert open_monitor("GPU-0", Library({}, init=OSError("wrong ELF class"))).read() == Sensors()


def test_a_card_that_says_nothing_gives_nothing_and_is_not_asked_twice() -> None:
    library = Library({name: NvmlError(3) for name in ANSWERS})
    quiet = Monitor(library, "handle", NOTHING, NOTHING)
    assert quiet.read() == Sensors(memory_c=71.0, power_w=203.5, mps=False)
    library.asked.clear()
    quiet.read()
    assert library.asked == []


def test_a_passing_error_is_asked_again() -> None:
    library = Library({**ANSWERS, "TemperatureV": NvmlError(999), "Temperature": NvmlError(999)})
    sensors = Monitor(library, "handle", NOTHING, NOTHING)
    assert sensors.read().temperature_c is None
    library.answers["TemperatureV"] = 40
    assert sensors.read().temperature_c == 40


@pytest.mark.parametrize("code", [15, 16, 28])
@pytest.mark.parametrize("name", ["TemperatureV", "PcieReplayCounter", "ComputeRunningProcesses"])
def test_a_lost_card_ends_it(code: int, name: str) -> None:
    library = Library(dict(ANSWERS))
    sensors = Monitor(library, "handle", NOTHING, NOTHING)
    library.answers[name] = NvmlError(code)
    with pytest.raises(DeviceLost, match="does not answer"):
        sensors.read()


def test_a_card_that_is_lost_before_it_begins() -> None:
    with pytest.raises(DeviceLost):
        open_monitor("GPU-0", Library({}, init=NvmlError(15)))


def test_inside_of_a_container_the_process_that_appears_is_this_one() -> None:
    library = Library({**ANSWERS, "ComputeRunningProcesses": [process(31)], "GraphicsRunningProcesses": []})
    sensors = Monitor(library, "handle", NOTHING, NOTHING)
    assert sensors.read().other_processes == 1
    library.answers["ComputeRunningProcesses"] = [process(31), process(70_000)]
    sensors.settle()
    assert sensors.read().other_processes == 1
    library.answers["ComputeRunningProcesses"] = [process(31), process(70_000), process(70_001)]
    assert sensors.read().other_processes == 2


def test_of_two_that_appear_at_once_none_is_taken_for_this_one() -> None:
    library = Library({**ANSWERS, "ComputeRunningProcesses": [], "GraphicsRunningProcesses": []})
    sensors = Monitor(library, "handle", NOTHING, NOTHING)
    library.answers["ComputeRunningProcesses"] = [process(5), process(6)]
    sensors.settle()
    assert sensors.read().other_processes == 2


def test_the_cards_own_width_is_not_bounded_by_its_slot(tmp_path: Path) -> None:
    place = tmp_path / "0000:41:00.0"
    place.mkdir()
    (place / "max_link_speed").write_text("32.0 GT/s PCIe\n")
    (place / "max_link_width").write_text("16\n")
    found = monitor(ANSWERS, tmp_path).read()
    assert (found.link_gen_max, found.link_width_max, found.link_width) == (5, 16, 8)
    (place / "max_link_speed").write_text("Unknown\n")
    (place / "max_link_width").write_text("255\n")
    assert monitor(ANSWERS, tmp_path).read().link_width_max == 8


def test_the_service_that_shares_a_card_is_seen(tmp_path: Path) -> None:
    assert monitor({**ANSWERS, "MPSComputeRunningProcesses": [process(9)]}).read().mps is True
    os.mkfifo(tmp_path / "control")
    assert monitor(ANSWERS, pipe=tmp_path).read().mps is True


def test_older_drivers_are_asked_in_their_own_words() -> None:
    answers = {
        name: answer for name, answer in ANSWERS.items() if name not in ("TemperatureV", "CurrentClocksEventReasons")
    }
    found = monitor({**answers, "Temperature": 51, "CurrentClocksThrottleReasons": 0x20}).read()
    assert found.temperature_c == 51
    assert found.throttle == ("software thermal slowdown",)


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers()),
    st.just(SimpleNamespace()), st.just(SimpleNamespace(gpu="x", pid=-1, usedGpuMemory=-1)),
    st.lists(st.builds(process, st.integers(), st.none() | st.integers())),
)  # fmt: skip


@given(answers=st.fixed_dictionaries(dict.fromkeys(ANSWERS, ANYTHING)))
@settings(max_examples=examples(100), deadline=None)
def test_whatever_a_driver_says_a_look_comes_back(answers: dict[str, Any]) -> None:
    sensors = monitor(answers)
    sensors.settle()
    found = sensors.read()
    for value in (found.temperature_c, found.utilisation_percent, found.other_bytes, found.retired_pages):
        assert value is None or (type(value) is int and 0 <= value < 2**63)
    assert found.temperature_c is None or found.temperature_c <= 255


def test_a_glance_asks_four_things_and_nothing_that_takes_long() -> None:
    library = Library(ANSWERS)
    sensors = Monitor(library, "handle", NOTHING)
    library.asked.clear()
    seen = sensors.glance()
    assert (seen.temperature_c, seen.power_w, seen.clock_mhz, seen.memory_clock_mhz) == (64, 203.5, 1710, 9751)
    assert set(library.asked) <= {"TemperatureV", "ClockInfo", "FieldValues"}
