"""The wires between cards: NVLinks that are up, and the fabric behind them.

A link that is down is a defect, a bridge that was not fitted, or another card's or the board's fault: it says nothing
of what the card is, and which end is broken no end can tell. Counters of a link's life are history and are read by
nobody here. Which honest card would trip these checks: a PCIe board without bridges, whose links are all down; a
module whose Fabric Manager does not run, so that its links are not trained yet; a card in a virtual machine. What
fools them: a driver that lies. Source: NVML API, NvLink functions; research note on modified cards, section 2 (NVLink)
and SXM-ADAPT.
"""

from collections import Counter

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.goods import undecided
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Outcome, Strength, Value
from gpu_inspector.records.server import NvlinkReading, ServerReading

_DRIVER = N_("NVML, the states of the links")
SWAP = N_("Swap the card with a neighbour: the fault goes with the card, or stays with the place.")
_MODULE = ("SXM", "HBM3")
"""Parts of names that only modules bear: those names are of boards that have no PCIe edge connector."""
_SUPERCHIP = "GH200"
"""Has its processor on the same board, and links to other cards only where the maker of the server wired them."""
_NOT_TRAINED = (N_("in progress"), N_("not started"))


@check("link-nvlink", N_("NVLinks that are up"))
def nvlink(
    nvlink: NvlinkReading, siblings: tuple[CardEvidence, ...], name: str | None, virtual: bool, server_seen: bool
) -> Answer:
    """A module whose links are gone sits on an adapter; one link less than its equals have is broken somewhere."""
    links = nvlink.links
    module = named_as_module(name or "")
    if not links:
        return _none(nvlink, module=module, virtual=virtual)
    known = [link for link in links if link.active is not None]
    if not known:
        return inconclusive(N_("The driver does not tell whether the card's {count} NVLinks are up."), count=len(links))
    up = [link for link in known if link.active]
    values: dict[str, Value] = {"up": len(up), "all": len(known)}
    if not up:
        return _all_down(nvlink, values, module=module, virtual=virtual, server_seen=server_seen)
    usual = _usual([_up(one.nvlink) for one in siblings if one.nvlink is not None and _up(one.nvlink)])
    if len(up) < max(len(known) if module or usual is None else 0, usual or 0):
        down = [str(link.number) for link in known if not link.active]
        return _fewer(len(up), usual, down, values)
    slow = _slower(nvlink, siblings)
    if slow is not None:
        return slow
    return consistent(
        N_("{up} of {all} NVLinks are up{speed}."),
        expected=N_(f"{usual if usual is not None else len(known)} links"),
        observed=f"{len(up)} of {len(known)}",
        source=_DRIVER,
        speed=_speeds(nvlink),
        **values,
    )


def named_as_module(name: str) -> bool:
    """Whether a name is one that only a module for a server's board bears."""
    return any(part in name.upper() for part in _MODULE) and _SUPERCHIP not in name.upper()


def _none(nvlink: NvlinkReading, *, module: bool, virtual: bool) -> Answer:
    if nvlink.absent:
        return inconclusive(
            N_("The driver tells nothing of the card's NVLinks ({why})."),
            why=nvlink.absent[0].reason[:40] or N_("no reason"),
        )
    if not module:
        return not_applicable(N_("The card has no NVLink, by its driver."))
    if virtual:
        return inconclusive(N_("The card has no NVLink in this virtual machine, which may hide them."))
    return sign(
        Strength.WEAK,
        N_("The card is named as a module, and has no NVLink: modules on adapters show none."),
        expected=N_("the links of a module"),
        observed=N_("none"),
        source=N_("research note on modified cards, section 2"),
        witness=N_("driver"),
        cause="adapter",
        innocent=(N_("links that the driver switched off"), N_("a driver that does not know the module")),
        advice=N_("Look where the card is plugged: a board of its own, an adapter, or the server's board for modules."),
    )


def _all_down(
    nvlink: NvlinkReading, values: dict[str, Value], *, module: bool, virtual: bool, server_seen: bool
) -> Answer:
    if not module:
        return consistent(
            N_("None of the card's {all} NVLinks is up, as where no bridge is fitted."),
            expected=N_("any number; bridges are fitted by wish"),
            observed=N_("none is up"),
            source=_DRIVER,
            **values,
        )
    if virtual or nvlink.fabric_state in _NOT_TRAINED or not server_seen:
        return undecided(
            values,
            N_(
                "None of the card's {all} NVLinks is up: they may not be trained yet, or their other ends are not here."
            ),
            N_("Start the Fabric Manager, and inspect the whole server (inspect --all)."),
        )
    return sign(
        Strength.WEAK,
        N_("None of the card's {all} NVLinks is up, and it is named as a module: modules on adapters show that."),
        expected=N_("the links of a module"),
        observed=N_("none is up"),
        source=N_("research note on modified cards, section 2 and SXM-ADAPT"),
        witness=N_("driver"),
        cause="adapter",
        innocent=(
            N_("a Fabric Manager that does not run"),
            N_("a board whose switches have no power, or whose other places are empty"),
        ),
        advice=N_("Look where the card is plugged, and whether the Fabric Manager runs."),
        values=values,
    )


def _fewer(up: int, usual: int | None, down: list[str], values: dict[str, Value]) -> Answer:
    """Without any strength: a broken wire says nothing of what the card is, nor which end is broken."""
    shown = ", ".join(down[: int(limits.LISTED_TOLD)])
    which = f" ({shown})" if down else ""
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("{up} NVLinks are up, of {all} that the card has; down: {down}.{equals}"),
        expected=N_(f"{usual or values['all']} links up"),
        observed=f"{up}{which}",
        source=_DRIVER,
        innocent=(
            N_("a fault of the board, the switch or the card at the other end"),
            N_("a bridge that was not fitted, an empty place at the other end, or a link that the board never wired"),
        ),
        advice=SWAP,
        values={
            **values,
            "down": shown or N_("links that the driver does not list"),
            "equals": N_(f" Equal cards of this server have {usual}.") if usual is not None else "",
        },
    )


def _slower(nvlink: NvlinkReading, siblings: tuple[CardEvidence, ...]) -> Answer | None:
    """A link that trained to less than the links of its equals."""
    theirs = [speed for one in siblings if one.nvlink is not None for speed in speeds_of(one.nvlink)]
    usual = _usual(theirs)
    slow = [link for link in nvlink.links if link.active and link.speed_mb_per_s and link.speed_mb_per_s < (usual or 0)]
    if not slow or usual is None:
        return None
    lowest = min(link.speed_mb_per_s or 0 for link in slow)
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("{count} NVLinks run at {speed} MB/s; those of equal cards run at {usual} MB/s."),
        expected=f"{usual} MB/s",
        observed=f"{lowest} MB/s",
        source=_DRIVER,
        innocent=(N_("a fault of the board, the switch or the card at the other end"),),
        advice=SWAP,
        values={"count": len(slow), "speed": lowest, "usual": usual},
    )


def _up(nvlink: NvlinkReading) -> int:
    return sum(link.active is True for link in nvlink.links)


def speeds_of(nvlink: NvlinkReading) -> list[int]:
    """MB/s each way of every link that is up."""
    return [link.speed_mb_per_s for link in nvlink.links if link.active and link.speed_mb_per_s]


def _speeds(nvlink: NvlinkReading) -> str:
    found = sorted(set(speeds_of(nvlink)))
    return N_(f", at {' and '.join(f'{one:,}' for one in found[:3])} MB/s each way") if found else ""


def _usual(numbers: list[int]) -> int | None:
    """What most of the others have; None where too few are there, or no half of them agrees."""
    if len(numbers) < limits.LEAST_EQUAL:
        return None
    value, times = max(Counter(numbers).items(), key=lambda one: (one[1], one[0]))
    return value if times + times > len(numbers) else None


@check("link-fabric", N_("Fabric behind the NVLinks"))
def fabric(server: ServerReading, nvlink: NvlinkReading | None) -> Answer:
    """Switches carry nothing before the Fabric Manager has set them up: what is slow then is not broken."""
    if not server.switches:
        return not_applicable(N_("This server has no NVSwitch on PCI."))
    manager = server.fabric_manager
    values: dict[str, Value] = {"count": len(server.switches)}
    if manager is not None and manager.running is False:
        return undecided(
            {**values, "installed": "installed" if manager.installed else N_("not found installed")},
            N_(
                "The Fabric Manager does not run ({installed}): {count} NVSwitches may not be set up, and rates between"
                " cards say nothing."
            ),
            N_("Start it (systemctl start nvidia-fabricmanager) in the driver's own version, and inspect again."),
        )
    state = nvlink.fabric_state if nvlink is not None else None
    if state in _NOT_TRAINED:
        return inconclusive(
            N_("The card is not in the fabric yet (“{state}”)."),
            advice=N_("Wait a minute, or look into the Fabric Manager's log, and inspect again."),
            state=state,
        )
    status = (nvlink.fabric_status or "") if nvlink is not None else ""
    if state == "completed" and status and status.casefold() not in ("success", "nvml_success", "0"):
        return Answer(
            outcome=Outcome.NOTED,
            text=N_("The card's registration with the fabric came to “{status}”."),
            expected=N_("success"),
            observed=status[: int(limits.LISTED_WORDS)],
            source=N_("NVML, the card's state in its fabric"),
            innocent=(N_("a Fabric Manager of another version than the driver"),),
            advice=SWAP,
            values={"status": status[: int(limits.LISTED_WORDS)]},
        )
    if manager is None or manager.running is None:
        return undecided(values, N_("{count} NVSwitches; whether the Fabric Manager runs could not be told."))
    return consistent(
        N_("{count} NVSwitches, the Fabric Manager runs{state}."),
        expected=N_("a fabric that is set up"),
        observed=N_("set up"),
        source=N_("PCI, the service manager, NVML"),
        state=N_(f"; the card's state is “{state}”") if state else "",
        **values,
    )
