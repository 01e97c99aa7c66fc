"""The NVLinks of each card, as the driver's management library tells them: what is up, how fast, and what is beyond.

Works with drivers from R450 on, as `nvml.py` does, and by the same desk: a call that driver, binding or card does not
have is a value with its reason. The older call is asked first, since every driver has it; the newer one, a field value
of one link, where it has none. Error counters are kept by the card since its links were last trained: history.
"""

from ctypes import byref
from types import ModuleType
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.probes.nvml import LOST, MALFORMED, MOST_CARDS, REASONS, CardLost, Desk, session
from gpu_inspector.probes.nvml_fields import PCI_ADDRESS, Call, Question
from gpu_inspector.probes.nvml_values import Unfit, bus_id, number, one_of, positive
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.server import NvlinkLink, NvlinkReading

MOST_LINKS = 36
"""NVML_NVLINK_MAX_LINKS of nvml.h."""
REMOTE_KINDS = {0: "gpu", 1: "cpu", 2: "switch", 255: "unknown"}
"""nvmlIntNvLinkDeviceType_t."""
FABRIC_STATES = {0: N_("not supported"), 1: N_("not started"), 2: N_("in progress"), 3: "completed"}
"""NVML_GPU_FABRIC_STATE_*."""
NOTHING_THERE = (2, 3)
"""NVML's "invalid argument" and "not supported": how it says that a card has no such link."""

# Field values (NVML_FI_DEV_NVLINK_*); the last group takes a link's number as its scope, from R525 on.
LINK_COUNT = 91
SPEED_OF_LINK = (*range(84, 90), *range(132, 138))
"""SPEED_MBPS_L0 to L5, and L6 to L11; links above have the scoped value alone."""
SPEED_COMMON = 90
REPLAY, RECOVERY, CRC, SPEED, STATE, VERSION = range(161, 167)

_STATES = {0: False, 1: True, 2: True}
"""Inactive, active, asleep: a link that saves power is trained. "Active, traffic disabled" is neither up nor down."""


def read(library: ModuleType | None = None) -> dict[str, NvlinkReading]:
    """The NVLinks of each card that answers, by its PCI address as `NvmlReading.pci_bus_id` writes it.

    `library` is NVML's Python binding, or what a test puts in its place. Raises ProbeError where NVML cannot be asked
    at all; a card that tells no address, or is lost, is left out: the reading of its claims says so.
    """
    found: dict[str, NvlinkReading] = {}
    with session(library) as binding:
        try:
            count = min(int(binding.nvmlDeviceGetCount()), MOST_CARDS)
        except (binding.NVMLError, *MALFORMED):
            return found
        for index in range(count):
            try:
                handle = binding.nvmlDeviceGetHandleByIndex(index)
                address = Desk(binding, (handle,)).value(PCI_ADDRESS)
                if isinstance(address, str) and address not in found:
                    found[address] = _card(binding, handle)
            except (CardLost, binding.NVMLError, *MALFORMED):
                continue
    return found


def _card(binding: ModuleType, handle: object) -> NvlinkReading:
    desk = Desk(binding, (handle,))
    absent: list[Absence] = []
    numbers, refused = _present(binding, handle, desk)
    if refused:
        absent.append(Absence("links", refused))
    links = []
    missing: list[list[Absence]] = []
    for place in numbers:
        link, lacking = _link(binding, handle, place)
        links.append(link)
        missing.append([] if link.active is False else lacking)
    absent += _merged(numbers, missing)
    fabric, why = _fabric(binding, handle)
    absent += why
    return NvlinkReading(links=tuple(links), absent=tuple(absent), **fabric)


def _present(binding: ModuleType, handle: object, desk: Desk) -> tuple[list[int], str]:
    """The numbers of the card's links, and why none could be told where that was refused.

    A link is present where its state is answered, or refused for another reason than that there is none.
    """
    count = desk.value(Question("links", ((("nvmlDeviceGetFieldValues", (LINK_COUNT,)),),), _field_value))
    most = min(count, MOST_LINKS) if isinstance(count, int) and count > 0 else MOST_LINKS
    numbers: list[int] = []
    for place in range(most):
        try:
            binding.nvmlDeviceGetNvLinkState(handle, place)
        except binding.NVMLError as error:
            code = int(getattr(error, "value", 999))
            if code in LOST:
                raise CardLost(code) from error
            if code in NOTHING_THERE:
                continue
            refused = REASONS.get(code, f"NVML error {code}")
            if count is None:
                # Without a count, thirty-six refusals are no thirty-six links.
                return [], refused
        except AttributeError:
            return [], N_("this program's NVML binding does not have this call")
        except MALFORMED:
            refused = N_("unreadable answer")
        numbers.append(place)
    # A driver that counts links and tells of none has been asked, and has not said that there is none.
    return numbers, N_("not supported") if count and not numbers else ""


def _link(binding: ModuleType, handle: object, place: int) -> tuple[NvlinkLink, list[Absence]]:
    desk = Desk(binding, (handle, place))
    scoped = Desk(binding, (handle,))

    def ask(field: str, name: str, convert: Any, *arguments: int, newer: int = 0, and_then: Any = None) -> Any:
        """The older call, which takes the link's number; then the field value of this link."""
        value = desk.value(Question(field, (((f"nvmlDeviceGetNvLink{name}", arguments),),), convert))
        if value is None and newer:
            value = scoped.value(_scoped(field, newer, place, and_then or convert))
            if value is not None:
                desk.absent.pop()
        return value

    link = NvlinkLink(
        number=place,
        active=ask("active", "State", one_of({0: False, 1: True}), newer=STATE, and_then=one_of(_STATES)),
        version=ask("version", "Version", positive, newer=VERSION),
        speed_mb_per_s=_speed(scoped, desk, place),
        remote_kind=ask("remote_kind", "RemoteDeviceType", one_of(REMOTE_KINDS)),
        remote_address=ask("remote_address", "RemotePciInfo", _address),
        crc_errors=ask("crc_errors", "ErrorCounter", number, 2, newer=CRC),
        replays=ask("replays", "ErrorCounter", number, 0, newer=REPLAY),
        recoveries=ask("recoveries", "ErrorCounter", number, 1, newer=RECOVERY),
    )
    return link, desk.absent


def _speed(scoped: Desk, desk: Desk, place: int) -> int | None:
    """The speed of this link; where no driver's value is of one link, the one that all active links have in common."""
    ways: list[tuple[Call, ...]] = [(("nvmlDeviceGetFieldValues", ((SPEED, place),)),)]
    if place < len(SPEED_OF_LINK):
        ways.append((("nvmlDeviceGetFieldValues", (SPEED_OF_LINK[place],)),))
    ways.append((("nvmlDeviceGetFieldValues", (SPEED_COMMON,)),))
    value = scoped.value(Question("speed_mb_per_s", tuple(ways), lambda answer: positive(_field_value(answer))))
    if value is None:
        desk.absent.append(scoped.absent[-1])
    return value if isinstance(value, int) else None


def _scoped(field: str, identifier: int, place: int, convert: Any) -> Question:
    call: Call = ("nvmlDeviceGetFieldValues", ((identifier, place),))
    return Question(field, ((call,),), lambda answer: convert(_field_value(answer)))


def _field_value(values: Any) -> int:
    """The one field value that was asked for. NVML says with each of what type it is (nvmlValueType_t)."""
    field = values[0]
    if field.nvmlReturn != 0:
        code = number(field.nvmlReturn)
        raise Unfit(REASONS.get(code, f"NVML error {code}"))
    member = {1: "uiVal", 2: "ulVal", 3: "ullVal", 4: "sllVal", 5: "siVal", 6: "usVal"}.get(field.valueType)
    if member is None:
        raise Unfit("unreadable answer")
    return number(getattr(field.value, member))


def _address(value: object) -> str:
    address = bus_id(value)
    if not address.strip("0:."):
        raise Unfit("not available")  # what a driver gives where the other end is beyond this machine's PCI
    return address


def _merged(numbers: list[int], missing: list[list[Absence]]) -> list[Absence]:
    """What no link tells is said once; what some lack, with the link's number."""
    merged: list[Absence] = []
    by_kind: dict[Absence, list[int]] = {}
    for place, lacking in zip(numbers, missing, strict=True):
        for absence in dict.fromkeys(lacking):
            by_kind.setdefault(absence, []).append(place)
    for absence, places in by_kind.items():
        if len(places) == len(numbers):
            merged.append(absence)
        else:
            merged += [Absence(N_(f"{absence.field} of link {place}"), absence.reason) for place in places]
    return merged


def _fabric(binding: ModuleType, handle: object) -> tuple[dict[str, Any], list[Absence]]:
    """The card's standing in its fabric: the values of a reading, and why there are none.

    The later call needs a structure that knows its own version; drivers before R545 have the earlier one.
    """
    reason = N_("this program's NVML binding does not have this call")
    for call, structure in (
        ("nvmlDeviceGetGpuFabricInfoV", "c_nvmlGpuFabricInfoV_t"),
        ("nvmlDeviceGetGpuFabricInfo", "c_nvmlGpuFabricInfo_t"),
    ):
        try:
            answer = getattr(binding, structure)()
            getattr(binding, call)(handle, byref(answer))
            state = one_of(FABRIC_STATES)(int(answer.state))
            if state != "completed":
                return {"fabric_state": state}, []
            status = int(answer.status)
            words = "success" if status == 0 else REASONS.get(status, f"NVML error {status}")
            return {"fabric_state": state, "fabric_status": words, "fabric_clique": number(int(answer.cliqueId))}, []
        except binding.NVMLError as error:
            code = int(getattr(error, "value", 999))
            if code in LOST:
                raise CardLost(code) from error
            reason = REASONS.get(code, f"NVML error {code}")
        except Unfit as error:
            reason = str(error)
        except AttributeError:
            continue
        except MALFORMED:
            reason = N_("unreadable answer")
    return {}, [Absence("fabric_state", reason)]
