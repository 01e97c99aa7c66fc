"""CUDA's error numbers as errors of a device, each with a sentence that an inspector can act on.

Driver and runtime share their numbers since CUDA 10.1 (cudaError in driver_types.h). Before a device is open, an error
says why it cannot be used; afterwards, what has happened to it. No CUDA is needed to read this table.
"""

from gpu_inspector import platforms
from gpu_inspector.language import N_
from gpu_inspector.measure.device import (
    DeviceError,
    DeviceLost,
    KernelFault,
    LaunchTimeout,
    MemoryFault,
    NoSuchKernel,
    OutOfMemory,
    Unavailable,
)

_HOW = platforms.how_to_add_cuda()
INSTALL = N_(f"Install it: {_HOW}")
_NO_DRIVER = (
    N_("The NVIDIA driver's CUDA library (libcuda) is missing or not loaded."),
    N_("Install the NVIDIA driver with its CUDA part; in a container, pass the driver's compute files through."),
)
_RESTART = N_("Restart the machine and inspect anew; if it stays, try the card in another slot or machine.")
_MPS = (
    N_("NVIDIA's multi-process service (MPS) stands between this program and the card, and refuses it."),
    N_("Stop it (echo quit | nvidia-cuda-mps-control) and inspect anew: nothing may share the card meanwhile."),
)
_MODULE = (
    N_("The driver could not begin to use CUDA."),
    N_(
        "Load the module nvidia_uvm (modprobe nvidia_uvm) or restart the machine; in a container, pass /dev/nvidia* on."
    ),
)

OPENING: dict[int, tuple[str, str]] = {
    2: (
        N_("The card has not even enough free memory to begin with: other programs hold it."),
        N_("End the programs that use the card (nvidia-smi lists them) and inspect anew."),
    ),
    3: _MODULE,
    34: (N_("The CUDA library that was found is a stub without a driver behind it."), _NO_DRIVER[1]),
    35: (
        N_("The NVIDIA driver is older than the CUDA libraries of this program."),
        N_("Install a driver from 525 on for cuda12, from 580 on for cuda13; older cards need cuda12."),
    ),
    36: (
        N_("The NVIDIA driver is too old for a call that this program makes."),
        N_("Install a driver from 525 on for cuda12, from 580 on for cuda13."),
    ),
    46: (
        N_("The card is held by another program, or its compute mode forbids a second one."),
        N_("End the programs that use the card, or set its compute mode to default (nvidia-smi -c 0)."),
    ),
    100: (
        N_("CUDA does not see this card, though the driver lists it."),
        N_(
            "A card that the installed driver or CUDA no longer serves, or one in MIG mode without an instance, looks"
            " so: see nvidia-smi, and end MIG mode (nvidia-smi -mig 0) or take a driver that serves the card."
        ),
    ),
    101: (
        N_("CUDA was asked for a card that is not there."),
        N_("List the cards again: the card may have been removed."),
    ),
    102: (
        N_("The driver has no licence to compute on this virtual card."),
        N_("Inspect the card on a machine of its own."),
    ),
    304: (
        N_("The operating system refused the CUDA driver."),
        N_("Give the user access to /dev/nvidia*, or run the inspection as root and outside of a sandbox."),
    ),
    802: (
        N_("The system is not yet ready for CUDA: the NVSwitch fabric of this board is not set up."),
        N_(
            "Start NVIDIA's Fabric Manager (systemctl start nvidia-fabricmanager) in the driver's own version;"
            " without its switches, a card of an HGX board needs NVLink turned off to compute alone."
        ),
    ),
    803: (
        N_("The loaded NVIDIA driver and its CUDA library are of different versions."),
        N_("Restart the machine, so that both are of one version."),
    ),
    804: (
        N_("A forward-compatible CUDA library is installed that this card does not allow."),
        N_("Remove the package cuda-compat, or install a newer driver."),
    ),
    805: _MPS,
    806: _MPS,
    807: _MPS,
    808: _MPS,
    809: _MPS,
    999: _MODULE,
}
"""Why a device cannot be used at all."""

_FAULT = (
    N_("A kernel ended in a fault of the device: {name} (CUDA error {code})."),
    N_("Nothing more can be asked of the card in this run; inspect anew, and try the card in another machine."),
)
_LOST = (
    N_("The card does not answer any more: {name} (CUDA error {code})."),
    N_(
        "It fell off the bus, was reset or taken away: switch off, seat the card and its power plugs, and inspect anew."
    ),
)
_NO_CODE = (
    N_("The driver took no code for this card: {name} (CUDA error {code})."),
    N_("Use the other CUDA libraries: pip install 'gpu-inspector[cuda12]' or 'gpu-inspector[cuda13]'."),
)
_REFUSED = (N_("The driver refused a kernel: {name} (CUDA error {code})."), N_("This measurement is left out."))

RUNNING: dict[int, tuple[type[DeviceError], str, str]] = {
    1: (NoSuchKernel, *_REFUSED),
    2: (OutOfMemory, N_("The driver refused more memory."), N_("End other programs that use the card.")),
    9: (NoSuchKernel, *_REFUSED),
    46: (DeviceLost, *_LOST),
    100: (DeviceLost, *_LOST),
    101: (DeviceLost, *_LOST),
    200: (NoSuchKernel, *_NO_CODE),
    209: (NoSuchKernel, *_NO_CODE),
    214: (
        MemoryFault,
        N_("The card's memory has an error that ECC cannot correct (CUDA error 214)."),
        N_("The memory is faulty: see the ECC counters; nothing more can be asked of the card in this run."),
    ),
    218: (NoSuchKernel, *_NO_CODE),
    222: (NoSuchKernel, *_NO_CODE),
    500: (NoSuchKernel, N_("This kernel does not exist for the card's compute capability."), ""),
    700: (
        KernelFault,
        N_("A kernel touched memory that the card does not have, or may not use (CUDA error 700)."),
        N_("Nothing more can be asked of the card in this run."),
    ),
    701: (NoSuchKernel, *_REFUSED),
    702: (
        LaunchTimeout,
        N_("The system's watchdog ended a kernel that took too long (CUDA error 702)."),
        N_("A display hangs on the card: use another one for the screen, or inspect without a desktop."),
    ),
    710: (KernelFault, *_FAULT),
    714: (KernelFault, *_FAULT),
    715: (KernelFault, *_FAULT),
    716: (KernelFault, *_FAULT),
    717: (KernelFault, *_FAULT),
    718: (KernelFault, *_FAULT),
    719: (KernelFault, *_FAULT),
    999: (DeviceLost, *_LOST),
}
"""What happened to a device that was open. Any other number is a DeviceError, and ends all."""


def no_library(error: BaseException) -> Unavailable:
    """CuPy or something that it needs cannot be loaded."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in ("cupy", "cupy_backends"):
        return Unavailable(N_("CuPy is not installed: this program drives the card through it."), INSTALL)
    return Unavailable(N_(f"CuPy is installed, but cannot be loaded: {_line(error)}."), N_(f"Install it anew: {_HOW}"))


def no_compiler(error: BaseException) -> Unavailable:
    """NVRTC cannot be loaded."""
    return Unavailable(N_(f"NVIDIA's kernel compiler, NVRTC, cannot be loaded: {_line(error)}."), INSTALL)


def no_driver() -> Unavailable:
    """CUDA knows no driver at all."""
    return Unavailable(*_NO_DRIVER)


def while_opening(error: BaseException) -> DeviceError:
    """What an error of CUDA means before the device was open."""
    code = _code(error)
    if code in OPENING:
        message, advice = OPENING[code]
        return Unavailable(N_(f"{message[:-1]} (CUDA error {code})."), advice)
    return Unavailable(N_(f"CUDA cannot use the card: {_line(error)}."), _RESTART)


def while_running(error: BaseException) -> DeviceError:
    """What an error of CUDA means afterwards."""
    code = _code(error)
    if code in RUNNING:
        kind, message, advice = RUNNING[code]
        return kind(message.format(name=_name(error), code=code), advice)
    return DeviceError(N_(f"CUDA ended the measurement: {_line(error)} (error {code})."), _RESTART)


def _code(error: BaseException) -> int:
    status = getattr(error, "status", None)
    return status if isinstance(status, int) else -1


def _line(error: BaseException) -> str:
    """The first line of what a library says, at most 200 characters, without what a terminal would obey."""
    first = (str(error).strip().splitlines() or [""])[0]
    return "".join(letter for letter in first if letter.isprintable())[:200].rstrip(" .") or type(error).__name__


def _name(error: BaseException) -> str:
    """ "cudaErrorIllegalAddress" out of "cudaErrorIllegalAddress: an illegal memory access was ..."."""
    return _line(error).partition(":")[0]
