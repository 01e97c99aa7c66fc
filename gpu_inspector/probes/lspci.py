"""`lspci` (pciutils), with any of -v, -vv, -vvv, -n, -nn, -k, -D, -xxx: NVIDIA's display functions, and their ports.

The ids stand in brackets with -nn, bare with -n, and not at all without either: then only the name is there, which
lspci looks up in its own table by the id (a name claim, and no more). The dump of configuration space (-x) holds the
ids again: where it and the line above disagree, a hand was at the text. Links and resizable BARs need root ("<access
denied>"). A card that sleeps or fell off the bus answers with ones only ("!!! Unknown header type 7f"), and then its
link and its regions count for nothing. Source: pciutils' manual page and its output as public bug reports show it.
LnkCap2 is preferred, as Linux' own pcie_get_speed_cap does: "Speed" in LnkCap may be what the card was set to.
"""

import re

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import lspci_lines
from gpu_inspector.probes.foreign_text import head_of, text_of
from gpu_inspector.probes.handed import SAMPLE_MARK, Handed
from gpu_inspector.probes.lspci_lines import Device
from gpu_inspector.probes.pci import DISPLAY_CLASSES, GENERATIONS, WIDTHS
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import CardEvidence, Gap, PciReading
from gpu_inspector.records.foreign import ToolReading

FORM = "lspci"
MOST_CARDS = 1024
NVIDIA = "10DE"
_ASK = N_("Ask for the output of `sudo lspci -nnvv`, saved as it is.")
_DOUBLED = N_("given twice with different values")
_CLASSES = {"vga compatible controller": "0300", "3d controller": "0302", "display controller": "0380"}
_BRACKETED = re.compile(r"\[([^\[\]]{2,80})\]")


def looks_like(data: bytes) -> bool:
    """Whether lines of lspci stand at the beginning of lines, a bridge or a display function among them."""
    return lspci_lines.HEADER.search(head_of(data)) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """The NVIDIA cards of the list. Raises ProbeError where it lists none."""
    text, notes = text_of(data)
    cards = cards_of(text)
    if not cards:
        raise ProbeError("The list of PCI devices has no graphics card of NVIDIA.", _ASK)
    from gpu_inspector.probes import dmesg

    log = dmesg.log_of((text,)) if dmesg.holds(text) else None
    return Handed(
        cards=cards,
        notes=notes,
        gaps=(Gap("driver", N_("lspci asks no driver: no memory size, no vBIOS version, no serial.")),),
        sample=SAMPLE_MARK in text,
        driver_events=log.events if log is not None else None,
        log_signs=log.signs if log is not None else (),
    )


def cards_of(text: str) -> tuple[CardEvidence, ...]:
    """The NVIDIA display functions of a text, in its order; () where there is none."""
    devices = lspci_lines.devices(text)
    ports = {one.secondary: one for one in devices if one.secondary}
    found = [one for one in devices if _is_card(one)]
    if len(found) > MOST_CARDS:
        raise ProbeError(f"The list has more than {MOST_CARDS:,} graphics cards; no machine has as many.")
    return tuple(_card(one, ports.get(one.address[:-5])) for one in found)


def _is_card(device: Device) -> bool:
    nvidia = device.vendor_id == NVIDIA if device.vendor_id else device.maker_is_nvidia
    return nvidia and _class(device)[:4] in DISPLAY_CLASSES


def _class(device: Device) -> str:
    return device.class_code or _CLASSES.get(device.class_name.casefold(), "")


def _card(device: Device, port: Device | None) -> CardEvidence:
    advice = N_("Inspect the card itself.")
    if not device.device_id:
        return CardEvidence(
            label=device.address,
            tool=ToolReading(tool="lspci", form=FORM, name=_name(device.title), pci_bus_id=device.address),
            gaps=(
                Gap(
                    "pci",
                    N_("The list was made without ids (-nn): it has the name that lspci's own table gives."),
                    _ASK,
                ),
            ),
        )
    return CardEvidence(
        label=device.address,
        pci=_reading(device, port),
        gaps=(Gap("driver", N_("Not looked at: the evidence is a list of PCI devices."), advice),),
    )


def _name(title: str) -> str | None:
    """The product in "AD102 [GeForce RTX 4090]"; the title itself where it has no brackets."""
    bracketed = _BRACKETED.findall(title)
    return clean(bracketed[-1] if bracketed else title) or None


def _reading(device: Device, port: Device | None) -> PciReading:
    absent = [Absence(field, _DOUBLED) for field in sorted(device.doubled)]
    speeds = (device.speed_max, device.speed_now, device.width_max, device.width_now)
    if device.asleep:
        absent.append(Absence("link_gen_max", N_("the card answered with ones only: asleep, or off the bus")))
    elif not any(speeds):
        denied = N_("no permission") if device.denied else N_("not given")
        absent += [Absence(field, denied) for field in ("link_gen_max", "link_width_max")]
    code = _class(device)
    return PciReading(
        address=device.address,
        vendor_id=device.vendor_id or NVIDIA,
        device_id=device.device_id,
        subsystem_vendor=device.subsystem_vendor or None,
        subsystem_id=device.subsystem_id or None,
        revision=device.revision or None,
        class_code=f"{code[:4]}{code[4:] or device.interface or '00'}",
        bars=() if device.asleep else tuple(device.bars.values()),
        link_gen_max=GENERATIONS.get(device.speed_max),
        link_gen_now=GENERATIONS.get(device.speed_now),
        link_width_max=_width(device.width_max),
        link_width_now=_width(device.width_now),
        driver=device.driver or None,
        numa_node=device.numa_node,
        port_gen_max=GENERATIONS.get(port.speed_max) if port is not None else None,
        port_width_max=_width(port.width_max) if port is not None else None,
        port_address=port.address if port is not None else None,
        absent=tuple(absent),
    )


def _width(lanes: int | None) -> int | None:
    return lanes if lanes in WIDTHS else None
