"""What the driver's management library, NVML, claims of each card.

Works with drivers from R450 on: a call that a driver, a binding or a card does not have is a field with its
reason. NVML's total is the size that the firmware configured, so a reworked card tells its new size here in all
honesty, and a forged firmware its lie; neither is judged in this file.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.nvml_fields import (
    PCI_ADDRESS,
    QUESTIONS,
    Call,
    Question,
)
from gpu_inspector.probes.nvml_values import Unfit, cuda_version, text
from gpu_inspector.records.claims import Absence, NvmlReading
from gpu_inspector.records.evidence import Gap

MOST_CARDS = 1024

REASONS = {
    2: N_("invalid argument"),
    3: N_("not supported"),
    4: N_("no permission"),
    6: N_("not found"),
    10: N_("no answer in time"),
    13: N_("the driver does not have this call"),
    14: N_("the InfoROM is damaged"),
    25: N_("the driver has another version of this call"),
    26: N_("no longer offered by the driver"),
    999: N_("unknown error"),
}
"""NVML's error numbers (nvml.h, nvmlReturn_t) as reasons of one absent field."""

WHOLE = {
    4: (
        N_("The NVIDIA driver refuses to answer this user."),
        N_("Run GPU Inspector as root, or give the user access to the devices /dev/nvidia*."),
    ),
    8: (N_("A card's extra power plugs are not connected."), N_("Switch the machine off and connect all power plugs.")),
    9: (
        N_("The NVIDIA driver is installed, but not loaded."),
        N_("Load it (modprobe nvidia) or start the machine again; a card that it does not support stays without it."),
    ),
    11: (N_("The NVIDIA driver gets no interrupts from a card."), N_("Start the machine again, or try another slot.")),
    12: (
        N_("No NVIDIA driver is installed on this system: its library NVML is missing."),
        N_("Install the NVIDIA driver from the system's packages; in a container, pass the driver's files through."),
    ),
    13: (N_("The installed NVIDIA driver is too old to be asked."), N_("Install driver 450 or newer.")),
    15: (
        N_("A card has fallen off the bus."),
        N_("Switch the machine off, seat the card and its plugs again, and start."),
    ),
    17: (
        N_("The operating system keeps the NVIDIA driver from answering."),
        N_("Run GPU Inspector outside of a sandbox."),
    ),
    18: (
        N_("The loaded NVIDIA driver and its library are of different versions (driver/library version mismatch)."),
        N_("Start the machine again, or unload and load the driver's modules, so that both are of one version."),
    ),
}
"""NVML's error numbers as reasons why nothing at all could be asked, and what to do."""

LOST = {
    15: (
        N_("The card {card} has fallen off the bus (GPU is lost)."),
        N_("Switch the machine off, seat the card and its power plugs again, and inspect anew."),
    ),
    16: (N_("The card {card} must be reset before it answers."), N_("Start the machine again and inspect anew.")),
    28: (N_("The card {card} is no longer there."), N_("Seat the card again and inspect anew.")),
}
"""Errors after which a card gives no true answer to anything."""

REFUSED = (
    N_("The card {card} cannot be asked: {reason}."),
    N_("Run GPU Inspector as root, or inspect this card by itself."),
)


NO_CALL = Absence("gpu_part_number", N_("NVML has no call for it"))


class CardLost(Exception):
    """The card gives no true answer to anything any more; `code` is NVML's error number, one of LOST."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def read(library: ModuleType | None = None) -> tuple[tuple[NvmlReading, ...], tuple[Gap, ...]]:
    """A reading of each card that NVML answers for, and a gap for each that it knows and that does not answer.

    `library` is NVML's Python binding, or what a test puts in its place. Raises ProbeError where NVML cannot be
    asked at all.
    """
    readings: list[NvmlReading] = []
    gaps: list[Gap] = []
    with session(library) as binding:
        try:
            count = min(int(binding.nvmlDeviceGetCount()), MOST_CARDS)
        except (binding.NVMLError, *MALFORMED) as error:
            raise _refused(error) from error
        driver = _driver_claims(binding)
        for index in range(count):
            result = _card(binding, index, *driver)
            if isinstance(result, Gap):
                gaps.append(result)
            else:
                readings.append(result)
    return tuple(readings), tuple(gaps)


def library_version(library: ModuleType | None = None) -> str:
    """NVML's version as it names itself, "12.550.54.14"; "" where it cannot be had, since no inspection needs it."""
    try:
        with session(library) as binding, suppress(binding.NVMLError, *MALFORMED):
            return text(binding.nvmlSystemGetNVMLVersion())
    except ProbeError:
        pass
    return ""


MALFORMED = (
    Unfit,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    OSError,
    ctypes.ArgumentError,
)
"""What an answer of another form ends in, inside the binding (a text that is no UTF-8) or in our own hands."""


@contextmanager
def session(library: ModuleType | None) -> Iterator[ModuleType]:
    """NVML, opened and in any case closed again. Raises ProbeError where it cannot be opened."""
    binding = _binding() if library is None else library
    try:
        binding.nvmlInit()
    except binding.NVMLError as error:
        raise _refused(error) from error
    except (OSError, AttributeError) as error:
        # An OSError is a library of another machine type or a damaged one; the binding itself lets it through.
        raise ProbeError(*WHOLE[12]) from error
    except MALFORMED as error:
        raise _refused(error) from error
    try:
        yield binding
    finally:
        with suppress(binding.NVMLError, *MALFORMED):
            binding.nvmlShutdown()


def _binding() -> ModuleType:
    """The binding, loaded on the first use: no start of the program waits for it."""
    import pynvml  # noqa: TID251

    module: ModuleType = pynvml
    return module


def _refused(error: Exception) -> ProbeError:
    code = getattr(error, "value", None)
    if isinstance(code, int) and code in WHOLE:
        return ProbeError(*WHOLE[code])
    said = N_(f"NVML error {code}") if isinstance(code, int) else N_("unreadable answer")
    return ProbeError(
        N_(f"The NVIDIA driver does not answer ({said})."),
        N_("Start the machine again; if that does not help, install the NVIDIA driver anew."),
    )


def _driver_claims(binding: ModuleType) -> tuple[dict[str, object], list[Absence]]:
    """Driver and CUDA version, which are the same for all cards."""
    desk = Desk(binding, ())
    values = {
        "driver_version": desk.value(Question("driver_version", ((("nvmlSystemGetDriverVersion", ()),),), text)),
        "cuda_version": desk.value(
            Question(
                "cuda_version",
                ((("nvmlSystemGetCudaDriverVersion_v2", ()),), (("nvmlSystemGetCudaDriverVersion", ()),)),
                cuda_version,
            )
        ),
    }
    return values, desk.absent


def _card(binding: ModuleType, index: int, driver: dict[str, object], absent: list[Absence]) -> NvmlReading | Gap:
    name = N_(f"number {index + 1} in the driver's order")
    try:
        handle = binding.nvmlDeviceGetHandleByIndex(index)
    except binding.NVMLError as error:
        return _gap(getattr(error, "value", None), name)
    except MALFORMED:
        return _gap(None, name)
    desk = Desk(binding, (handle,))
    values: dict[str, Any] = {}
    try:
        values = {question.field: desk.value(question) for question in QUESTIONS}
    except CardLost as lost:
        return _gap(lost.code, desk.address or name)
    return NvmlReading(**driver, **values, absent=(*absent, NO_CALL, *desk.absent))  # type: ignore[arg-type]


def _gap(code: object, card: str) -> Gap:
    if isinstance(code, int) and code in LOST:
        reason, advice = LOST[code]
        return Gap("nvml", reason.format(card=card), advice)
    words = REASONS.get(code, f"NVML error {code}") if isinstance(code, int) else N_("unreadable answer")
    return Gap("nvml", REFUSED[0].format(card=card, reason=words), REFUSED[1])


class Desk:
    """Where one card is asked: every call goes through here, is made once, and fails with a reason."""

    def __init__(self, binding: ModuleType, subject: tuple[object, ...]) -> None:
        self._binding = binding
        self._subject = subject
        self._answers: dict[Call, object] = {}
        self._failures: dict[Call, tuple[int | None, str]] = {}
        self.absent: list[Absence] = []
        self.address = ""

    def value(self, question: Question) -> object:
        """The field's value, or None with its reason noted. Raises CardLost where the card is gone."""
        reason = ""
        for way in question.ways:
            failed = next((self._failures[call] for call in way if not self._made(call)), None)
            if failed is None:
                try:
                    value = question.convert(*(self._answers[call] for call in way))
                except Unfit as error:
                    reason = reason or str(error)
                    continue
                except MALFORMED:
                    reason = reason or N_("unreadable answer")
                    continue
                if question is PCI_ADDRESS:
                    self.address = str(value)
                return value
            meant = dict(question.failures)
            if failed[0] in meant:
                return meant[failed[0]]
            # The last way is the oldest call: what it says is truer than "does not have this call" of the first.
            reason = failed[1]
        self.absent.append(Absence(question.field, reason))
        return None

    def _made(self, call: Call) -> bool:
        """Make the call unless it was made before; whether it gave an answer."""
        if call not in self._answers and call not in self._failures:
            name, arguments = call
            try:
                # nvmlDeviceGetFieldValues alone takes a list.
                given: tuple[object, ...] = (list(arguments),) if name.endswith("FieldValues") else arguments
                self._answers[call] = getattr(self._binding, name)(*self._subject, *given)
            except self._binding.NVMLError as error:
                code = int(getattr(error, "value", 999))
                if code in LOST and self._subject:
                    raise CardLost(code) from error
                self._failures[call] = (code, REASONS.get(code, f"NVML error {code}"))
            except AttributeError:
                self._failures[call] = (None, N_("this program's NVML binding does not have this call"))
            except MALFORMED:
                self._failures[call] = (None, N_("unreadable answer"))
        return call in self._answers
