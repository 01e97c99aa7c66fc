"""Facts about the bench that older records do not have: who asks for one of them there is told that it does not arise.

A record of this very machine whose bench could not be examined is another thing: there the fact is missing.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import HostReading, Origin, PcieError
from gpu_inspector.records.program import ProgramReading

T = TypeVar("T")

_NOT_ASKED = N_("The bench was not asked this when the record was made.")


class BenchFacts(Sources):
    """What stands between the program and the card, and the program itself."""

    @cached_property
    def program(self) -> ProgramReading | Missing:
        return self._of_bench(lambda host: host.program)

    @cached_property
    def tracer(self) -> str | Missing:
        """Who is attached to the program, "" where nobody is."""
        return self._of_bench(lambda host: host.tracer)

    @cached_property
    def steering(self) -> tuple[str, ...] | Missing:
        return self._of_bench(lambda host: host.steering)

    @cached_property
    def mps(self) -> tuple[str, ...] | Missing:
        return self._of_bench(lambda host: host.mps)

    @cached_property
    def link_reports(self) -> tuple[PcieError, ...] | Missing:
        """The kernel's reports of PCI Express errors at this card, and at the port above it."""
        host = self.host
        # A bench that was asked for all of this, and whose log may not be read, is no clean one.
        if not isinstance(host, Missing) and host.pcie_errors is None and host.steering is not None:
            return Missing(
                N_("The kernel's log may not be read, so errors on the way to the card would not be seen."),
                N_("Run the program as a member of the group adm or systemd-journal, or with sudo."),
            )
        found = self._of_bench(lambda host: host.pcie_errors)
        if isinstance(found, Missing):
            return found
        places = self._places
        if not places:
            return Missing(N_("Where the card is plugged in is not known."), arises=False)
        return tuple(one for one in found if _place(one.address) in places)

    @cached_property
    def power_limit_w(self) -> int | Missing:
        """The power limit that is set now."""
        value = self._number("power_limit_mw", N_("the power limit that is set"))
        return value if isinstance(value, Missing) else value // 1000

    @cached_property
    def compute_mode(self) -> str | Missing:
        return self._text("compute_mode", N_("the compute mode"))

    @cached_property
    def _places(self) -> frozenset[str]:
        """Addresses of the card and of the port above it, each in one form."""
        pci = self.card.pci
        said = [pci.address, pci.port_address] if pci is not None else []
        claimed = self.claim("pci_bus_id")
        said.append(claimed if isinstance(claimed, str) else None)
        return frozenset(_place(one) for one in said if one)

    def _of_bench(self, of: Callable[[HostReading], T | None]) -> T | Missing:
        host = self.host
        if isinstance(host, Missing):
            arises = host.arises and self.evidence.origin is Origin.MACHINE
            return Missing(host.reason, host.advice, host.values, arises=arises)
        found = of(host)
        return found if found is not None else Missing(_NOT_ASKED, arises=False)


def _place(address: str) -> str:
    """An address of the bus without what sources write differently: NVML gives the domain eight digits."""
    domain, _, rest = address.casefold().partition(":")
    return f"{domain.lstrip('0')}:{rest}"
