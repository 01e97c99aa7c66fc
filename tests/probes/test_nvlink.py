"""NVLink through NVML, with a library of our own in its place; errors and structures are the real binding's."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pynvml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import nvlink
from gpu_inspector.records import canonical
from gpu_inspector.records.server import NvlinkReading

HERE = SimpleNamespace(busId=b"00000000:65:00.0")
SWITCH = SimpleNamespace(busId=b"00000000:05:00.0")
LINKS = 18


def fails(code: int) -> Callable[..., Any]:
    def function(*_: object) -> Any:
        raise pynvml.NVMLError(code)

    return function


def of_link(answer: Callable[..., Any], count: int = LINKS) -> Callable[..., Any]:
    """A call that takes a link's number, and refuses numbers beyond the card's own as NVML does."""

    def function(_: object, link: int, *more: int) -> Any:
        if link >= count:
            raise pynvml.NVMLError(2)
        return answer(link, *more) if more else answer(link)

    return function


def field_values(known: dict[Any, int]) -> Callable[..., Any]:
    def function(_: object, asked: list[Any]) -> list[Any]:
        (one,) = asked
        code = 0 if one in known else 3
        return [SimpleNamespace(nvmlReturn=code, valueType=1, value=SimpleNamespace(uiVal=known.get(one, 0)))]

    return function


def fabric(state: int, status: int = 0, clique: int = 0) -> Callable[..., Any]:
    def function(_: object, reference: Any) -> None:
        answer = reference._obj
        answer.state, answer.status, answer.cliqueId = state, status, clique

    return function


HOPPER: dict[str, Any] = {
    "GetPciInfo_v3": lambda _: HERE,
    "GetNvLinkState": of_link(lambda link: 1),
    "GetNvLinkVersion": of_link(lambda link: 6),
    "GetNvLinkRemoteDeviceType": of_link(lambda link: 2),
    "GetNvLinkRemotePciInfo": of_link(lambda link: SWITCH),
    "GetNvLinkErrorCounter": of_link(lambda link, counter: (7, 8, 9)[counter]),
    "GetFieldValues": field_values({91: LINKS, **{(164, link): 26562 for link in range(LINKS)}}),
    "GetGpuFabricInfoV": fabric(3),
}
"""A module of an HGX board; values as the binding hands them out [the speed: nvidia-smi's 26.562 GB/s]."""


def library(*cards: dict[str, Any], **system: Any) -> ModuleType:
    module = ModuleType("binding")
    functions: dict[str, Any] = {
        "NVMLError": pynvml.NVMLError,
        "c_nvmlGpuFabricInfoV_t": pynvml.c_nvmlGpuFabricInfoV_t,
        "c_nvmlGpuFabricInfo_t": pynvml.c_nvmlGpuFabricInfo_t,
        "nvmlInit": lambda: None,
        "nvmlShutdown": lambda: None,
        "nvmlDeviceGetCount": lambda: len(cards),
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        **system,
    }
    for name in {name for card in cards for name in card}:

        def function(handle: int, *arguments: object, name: str = name) -> object:
            return cards[handle].get(name, fails(13))(handle, *arguments)

        functions[f"nvmlDevice{name}"] = function
    for name, thing in functions.items():
        setattr(module, name, thing)
    return module


def only(**changes: Any) -> NvlinkReading:
    found = nvlink.read(library({**HOPPER, **changes}))
    assert list(found) == ["0000:65:00.0"]
    return found["0000:65:00.0"]


def reasons(reading: NvlinkReading) -> dict[str, str]:
    return {absence.field: absence.reason for absence in reading.absent}


def test_every_link_of_a_module() -> None:
    reading = only()
    assert len(reading.links) == LINKS
    assert reading.absent == ()
    link = reading.links[17]
    assert (link.number, link.active, link.version, link.speed_mb_per_s) == (17, True, 6, 26562)
    assert (link.remote_kind, link.remote_address) == ("switch", "0000:05:00.0")
    assert (link.replays, link.recoveries, link.crc_errors) == (7, 8, 9)
    assert (reading.fabric_state, reading.fabric_status, reading.fabric_clique) == ("completed", "success", 0)


def test_a_card_without_nvlink_was_asked_and_has_none() -> None:
    reading = only(GetNvLinkState=fails(3), GetFieldValues=field_values({}), GetGpuFabricInfoV=fails(3))
    assert reading.links == ()
    assert "links" not in reasons(reading)


def test_links_that_are_counted_and_of_which_nothing_is_told_are_no_missing_links() -> None:
    reading = only(GetNvLinkState=fails(3))
    assert reading.links == ()
    assert reasons(reading)["links"] == "not supported"


def test_a_link_that_is_down_has_nothing_at_its_other_end() -> None:
    def state(link: int) -> int:
        return 0 if link == 4 else 1

    def beyond(link: int) -> Any:
        if link == 4:
            raise pynvml.NVMLError(2)
        return SWITCH

    reading = only(GetNvLinkState=of_link(state), GetNvLinkRemotePciInfo=of_link(beyond))
    assert [link.number for link in reading.links if not link.active] == [4]
    assert reading.links[4].remote_address is None
    assert reading.absent == ()


def test_the_driver_of_r450_has_neither_scoped_values_nor_a_fabric() -> None:
    known = {91: 12, **dict.fromkeys((*range(84, 90), *range(132, 138)), 25781)}
    older = {"GetNvLinkRemoteDeviceType": fails(13), "GetGpuFabricInfoV": fails(13), "GetGpuFabricInfo": fails(13)}
    reading = only(GetFieldValues=field_values(known), **older)
    assert [link.speed_mb_per_s for link in reading.links] == [25781] * 12
    assert all(link.remote_kind is None for link in reading.links)
    assert reasons(reading) == {
        "remote_kind": "the driver does not have this call",
        "fabric_state": "the driver does not have this call",
    }


def test_the_common_speed_stands_in_for_the_links_own() -> None:
    assert {link.speed_mb_per_s for link in only(GetFieldValues=field_values({91: 4, 90: 14062})).links} == {14062}


def test_newer_drivers_answer_by_field_values() -> None:
    known = {91: 1, (165, 0): 2, (166, 0): 7, (161, 0): 1, (162, 0): 2, (163, 0): 3}
    refused = dict.fromkeys(("GetNvLinkState", "GetNvLinkVersion", "GetNvLinkErrorCounter"), fails(26))
    (link,) = only(GetFieldValues=field_values(known), **refused).links
    assert (link.active, link.version, link.replays, link.recoveries, link.crc_errors) == (True, 7, 1, 2, 3)


def test_who_may_not_ask_gets_a_reason_and_no_links_that_are_down() -> None:
    reading = only(GetNvLinkState=fails(4))
    assert len(reading.links) == LINKS
    assert {link.active for link in reading.links} == {None}
    assert reasons(reading)["active"] == "no permission"
    without_count = only(GetNvLinkState=fails(4), GetFieldValues=fails(4))
    assert without_count.links == ()
    assert reasons(without_count)["links"] == "no permission"


def test_an_address_of_zeros_is_none() -> None:
    nowhere = SimpleNamespace(busId=b"00000000:00:00.0")
    reading = only(GetNvLinkRemotePciInfo=of_link(lambda link: nowhere))
    assert {link.remote_address for link in reading.links} == {None}
    assert reasons(reading)["remote_address"] == "not available"


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        pytest.param(0, 0, ("not supported", None), id="no-fabric"),
        pytest.param(1, 0, ("not started", None), id="not-started"),
        pytest.param(2, 0, ("in progress", None), id="in-progress"),
        pytest.param(3, 999, ("completed", "unknown error"), id="failed"),
        pytest.param(9, 0, (None, None), id="of-the-future"),
    ],
)
def test_the_cards_standing_in_its_fabric(state: int, status: int, expected: tuple[str | None, str | None]) -> None:
    reading = only(GetGpuFabricInfoV=fabric(state, status), GetGpuFabricInfo=fails(13))
    assert (reading.fabric_state, reading.fabric_status) == expected


def test_the_earlier_call_for_the_fabric() -> None:
    assert only(GetGpuFabricInfoV=fails(13), GetGpuFabricInfo=fabric(3, 0, 5)).fabric_clique == 5


def test_a_binding_without_these_calls() -> None:
    reading = nvlink.read(library({"GetPciInfo_v3": lambda _: HERE}))["0000:65:00.0"]
    assert reading.links == ()
    assert "binding" in reasons(reading)["links"]
    assert "binding" in reasons(reading)["fabric_state"]


def test_a_lost_card_is_left_out_and_the_others_stay() -> None:
    lost = {**HOPPER, "GetNvLinkVersion": fails(15), "GetPciInfo_v3": lambda _: SWITCH}
    nowhere = {**HOPPER, "GetPciInfo_v3": fails(999)}
    assert list(nvlink.read(library(lost, nowhere, HOPPER))) == ["0000:65:00.0"]


def test_without_the_driver_there_is_a_sentence() -> None:
    with pytest.raises(ProbeError):
        nvlink.read(library(HOPPER, nvmlInit=fails(12)))


@settings(max_examples=examples(60), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([name for name in HOPPER if name != "GetPciInfo_v3"]),
        st.one_of(
            st.none(),
            st.integers(-(2**70), 2**70),
            st.text(max_size=5),
            st.lists(st.integers(), max_size=3),
            st.builds(SimpleNamespace),
            st.floats(),
        ),
        min_size=1,
    )
)
def test_answers_of_any_form_give_a_reading_that_can_be_written(answers: dict[str, Any]) -> None:
    reading = only(**{name: lambda *_, value=value: value for name, value in answers.items()})
    assert canonical.encode(reading)
    assert len(reading.links) <= nvlink.MOST_LINKS
