"""What PCI, NVML and the system would say of a simulated server: eight cards' claims, their links, the switches.

Serials and UUIDs are those of simulated cards, and begin with zeros; the service that sets up the switches bears the
simulation's name, as nothing on a real machine does.
"""

from dataclasses import dataclass, replace

from gpu_inspector.measure.simulation import servers
from gpu_inspector.probes import simulated
from gpu_inspector.probes.cuda import Target
from gpu_inspector.records import simulated as marked
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.evidence import CardEvidence, HostReading
from gpu_inspector.records.server import FabricManager, NvlinkLink, NvlinkReading, ServerReading, Switch


@dataclass(frozen=True, slots=True)
class SimulatedServer:
    """A simulated server's claims, and what the children of its cards are to be called with."""

    cards: tuple[CardEvidence, ...]
    host: HostReading
    server: ServerReading
    targets: tuple[Target, ...]


def known(name: str) -> bool:
    """Whether a simulation of this name is a server's."""
    return name in servers.NAMES


def simulate(name: str, seed: int, catalogue: Catalogue) -> SimulatedServer:
    """The claims of one simulated server. Raises GpuInspectorError where there is none of that name."""
    board = servers.server(name, seed)
    every = [
        (
            module,
            simulated.simulate(
                module.card, module.seed, catalogue, simulated.Place(module.address, module.number - 1, module.number)
            ),
        )
        for module in board.modules
    ]
    host = every[0][1].host
    reading = ServerReading(
        switches=tuple(
            Switch(address=address, device_id=servers.SWITCH_ID, driver="nvidia-nvswitch")
            for address in servers.SWITCHES
        ),
        fabric_manager=FabricManager(
            installed=True, running=True, version=host.driver_version, state=marked.FABRIC_MANAGER
        ),
    )
    return SimulatedServer(
        tuple(replace(one.card, nvlink=_links(module)) for module, one in every),
        host,
        reading,
        tuple(one.target for _module, one in every),
    )


def serials(name: str, seed: int, catalogue: Catalogue) -> tuple[str, ...]:
    """The serials of a simulated server's cards in the order of their sockets: what an honest packing list says."""
    cards = simulate(name, seed, catalogue).cards
    return tuple(card.nvml.serial or "" for card in cards if card.nvml is not None)


def _links(module: servers.Module) -> NvlinkReading:
    links = tuple(
        NvlinkLink(
            number=number,
            active=True,
            version=servers.NVLINK_4,
            speed_mb_per_s=servers.LINK_MB_PER_S,
            remote_kind="switch",
            remote_address=servers.switch_of(number),
            crc_errors=0,
            replays=0,
            recoveries=0,
        )
        if number not in module.down
        # Of a link that is down NVML tells that it is, and the counters that it kept.
        else NvlinkLink(number=number, active=False, crc_errors=0, replays=0, recoveries=0)
        for number in range(servers.LINKS)
    )
    return NvlinkReading(links=links, fabric_state="completed", fabric_status="success", fabric_clique=0)
