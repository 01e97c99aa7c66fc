"""The bench: the machine, its driver and what is preloaded. An altered bench makes every claim hearsay.

A patched driver can give a card any name and any memory (CMP 170HX "unlocked" to 64 GB, CMP 50HX called RTX
2080 Ti), and a preloaded library can answer for NVML. Such a sign speaks against the *setup*, not the card: it
never accuses, it takes the ground from under every claim. What could fool these checks: a kernel that hides its own
module. The remedy is a medium of the inspector's own. Sources: research note on modified cards, 1C and RW-28.
"""

from datetime import date, timedelta

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.bench_node import of_node
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_bench import CLOCK_BEHIND, UNSIGNED_BIT
from gpu_inspector.language import N_
from gpu_inspector.records import simulated
from gpu_inspector.records.evidence import Evidence, HostReading, Origin, VouchedFile
from gpu_inspector.records.finding import Role, Strength

OWN_MEDIUM = N_("Start the machine from your own inspection medium with an unmodified driver, and inspect again.")


@check("bench-origin", N_("Origin of the evidence"), Role.CORE)
def origin(evidence: Evidence) -> Answer:
    """A file can be typed by anyone: what it says was not seen here."""
    if evidence.origin is not Origin.SIMULATION and (found := simulated.marks(evidence)):
        return inconclusive(
            N_("It is called “{origin}”, and yet it bears marks of a simulation: {marks}."),
            advice=N_("Do not rely on it: whoever made it so has edited it. Inspect the card itself."),
            origin=evidence.origin.value,
            marks="; ".join(found),
        )
    if evidence.origin is Origin.MACHINE and evidence.node is not None:
        return of_node(evidence.node)
    if evidence.origin is Origin.MACHINE:
        return consistent(N_("The card was read on this machine by this program."), observed=N_("this machine"))
    if evidence.origin is Origin.SAMPLE:
        return inconclusive(N_("This is a sample that the program wrote itself; there is no card."))
    if evidence.origin is Origin.SIMULATION:
        return sign(
            Strength.WEAK,
            N_("This is a simulation; there is no card."),
            expected=N_("a card"),
            observed=N_("a simulated card"),
            source=N_("the program's own record"),
            witness=N_("program"),
            cause="simulation",
            innocent=(N_("a demonstration or a test"),),
        )
    if evidence.origin is Origin.SEEN:
        return inconclusive(
            N_(
                "Nothing was read out of the object, nothing was measured: what follows is what the inspector saw of"
                " it."
            ),
            advice=N_("Where it can be started, inspect it in a machine of your own as well."),
        )
    return inconclusive(
        N_("This is a review of a file of unknown origin: nothing of it was seen on a card here."),
        advice=N_("Inspect the card itself, on a bench of your own."),
    )


@check("bench-preload", N_("Preloaded libraries"), Role.CORE)
def preload(host: HostReading) -> Answer:
    """A library that is loaded before the driver's can answer in its place."""
    if host.preloaded:
        modules = all(one.startswith("PYTHONPATH=") for one in host.preloaded)
        return inconclusive(
            # A cluster's modules and an office's own set-up do so every day: it is said without a word of the driver.
            N_(
                "This program takes modules of Python from where a variable points, ahead of those that were"
                " installed with it: {preloaded}. What it is told of the card may be theirs."
            )
            if modules
            else N_(
                "Something is loaded into programs before the driver's own libraries: {preloaded}."
                " Whatever the driver's interfaces say may be its words."
            ),
            advice=N_("Unset PYTHONPATH, or start GPU Inspector from its own package, and inspect again.")
            if modules
            else N_(
                "Remove the entry (unset LD_PRELOAD, LD_LIBRARY_PATH and PYTHONPATH; empty /etc/ld.so.preload), or"
                " start from your own medium."
            ),
            preloaded=", ".join(host.preloaded),
        )
    return consistent(N_("Nothing is preloaded."), expected=N_("nothing"), observed=N_("nothing"))


@check("bench-driver", N_("Provenance of the driver"), Role.CORE)
def driver(host: HostReading, answering: bool) -> Answer:
    """A stock driver is one that an installed package vouches for; DKMS builds of its sources are honest too."""
    if host.driver_version is None:
        return _no_driver(answering)
    parts = tuple(part for part in (host.module, *host.libraries) if part is not None)
    altered = [part.path for part in parts if part.state == "altered"]
    if altered:
        return inconclusive(
            N_("Files of the driver differ from what their package installed: {files}."),
            advice=OWN_MEDIUM,
            files=", ".join(altered),
        )
    if host.module is None:
        return inconclusive(N_("The file of the loaded driver module was not found."), advice=OWN_MEDIUM)
    unsigned = _unsigned(host)
    doubtful = [part.path for part in parts if part.state not in ("vouched", "built from a vouched source")]
    if doubtful:
        return inconclusive(
            N_(
                "No installed package vouches for these files of the driver: {files}. Secure Boot is on, and yet no"
                " signature of the module was found, and the kernel has loaded an unsigned one."
            )
            if unsigned
            else N_("No installed package vouches for these files of the driver: {files}."),
            advice=OWN_MEDIUM,
            files=", ".join(doubtful),
        )
    if not host.libraries:
        return inconclusive(N_("The driver's libraries were not found, so nobody vouches for them."), advice=OWN_MEDIUM)
    if host.module_in_use_matches is None:
        return inconclusive(
            N_("It could not be told whether the driver module in use is the one on disk."), advice=OWN_MEDIUM
        )
    if host.module_in_use_matches is False:
        return inconclusive(
            N_("The driver module in use is not the one on disk."),
            advice=N_("Restart the machine and inspect again; if it stays so, start from your own medium."),
        )
    return _vouched(host, host.module)


def _no_driver(answering: bool) -> Answer:
    """No driver is one thing; a driver that answers, and that the bench cannot see, is another."""
    if answering:
        return inconclusive(
            N_("A driver answers for the card, but the bench does not show which one."), advice=OWN_MEDIUM
        )
    return not_applicable(N_("No NVIDIA driver is loaded, so there is none whose word would have to be trusted."))


def _vouched(host: HostReading, module: VouchedFile) -> Answer:
    if module.state == "vouched":
        return consistent(
            N_("The driver {version} comes whole from the package {package}."),
            expected=N_("a driver that a package vouches for"),
            observed=f"{host.driver_version}, {module.package}",
            version=host.driver_version,
            package=module.package,
        )
    return sign(
        Strength.WEAK,
        N_(
            "The driver module was built on this machine, by DKMS, from the unaltered sources of the package {package}."
            " Secure Boot is on, and yet no signature of it was found, and the kernel has loaded an unsigned module."
        )
        if _unsigned(host)
        else N_(
            "The driver module was built on this machine, by DKMS, from the unaltered sources of the package {package}."
        ),
        expected=N_("a driver that a package vouches for"),
        observed=N_(f"built from {module.package}"),
        source=N_("the system's package database"),
        witness=N_("bench"),
        cause="driver build",
        innocent=(N_("the usual way on many systems; without Secure Boot nobody signs such a build"),),
        values={"package": module.package},
    )


def _unsigned(host: HostReading) -> bool:
    """Secure Boot is on, the kernel loaded an unsigned module, and of the driver's no signature was found.

    A kernel that demands signatures under Secure Boot, as those of Debian, Ubuntu and Fedora do, refuses such a module.
    """
    tainted = host.taint is not None and host.taint >> int(UNSIGNED_BIT) & 1 == 1
    return host.secure_boot is True and host.module_signer is None and tainted


@check("bench-patches", N_("Traces of known driver patches"), Role.CORE)
def patches(host: HostReading, answering: bool) -> Answer:
    """Known patches leave lines in the kernel's log; a log that may not be read is no clean log."""
    if host.patch_signs:
        return inconclusive(
            N_("The kernel's log or the module's options bear traces of a known driver patch: {signs}."),
            advice=OWN_MEDIUM,
            signs=" | ".join(host.patch_signs),
        )
    if host.driver_version is None:
        return _no_driver(answering)
    if not host.kernel_log_read:
        return inconclusive(
            N_("The kernel's log could not be read back to the driver's start; traces of patches may be missing."),
            advice=N_("Run the program as a member of the group adm or systemd-journal, or with sudo."),
        )
    return consistent(N_("The kernel's log bears no trace of a known patch."), expected=N_("none"), observed=N_("none"))


@check("bench-machine", N_("Real or virtual machine"), Role.CORE)
def machine(host: HostReading) -> Answer:
    """Whoever controls the hypervisor controls what a guest sees of PCI and of time."""
    if host.virtual_machine is None:
        return inconclusive(
            N_("It could not be told whether this machine is real or virtual."), advice=N_("Use a bench of your own.")
        )
    if host.virtual_machine:
        return inconclusive(
            N_("This is a virtual machine ({hypervisor}): its host decides what it sees of the card."),
            advice=N_("Plug the card into a real machine of your own and inspect again."),
            hypervisor=host.virtual_machine,
        )
    if host.container:
        return sign(
            Strength.WEAK,
            N_(
                "The program runs inside a container ({container}), which was not given {hidden} of the machine's"
                " cards."
            )
            if host.cards_hidden
            else N_("The program runs inside a container ({container})."),
            expected=N_("no container"),
            observed=host.container,
            source=N_("the system's own files"),
            witness=N_("bench"),
            cause="container",
            innocent=(N_("a convenient way to ship drivers and tools"),),
            values={"container": host.container, "hidden": host.cards_hidden},
        )
    return consistent(N_("A real machine."), expected=N_("a real machine"), observed=host.system)


@check("bench-clock", N_("Clock of the bench"))
def clock(host: HostReading, evidence: Evidence) -> Answer:
    """The time on a report is this clock's word."""
    behind = _behind(evidence)
    if behind:
        return sign(
            Strength.WEAK,
            N_("The clock shows {now}, and {what} is of {day}, which is later: one of the two is wrong."),
            expected=N_("a time after what is already there"),
            observed=f"{evidence.collected_at:%Y-%m-%d %H:%M} UTC",
            source=N_("the reference data and the ledger"),
            witness=N_("bench"),
            cause="clock",
            innocent=(N_("a bench without a network, or with an empty battery"),),
            advice=N_(
                "Set the clock, and inspect again: the report bears its time, and rules of export have their days."
            ),
            values={"now": f"{evidence.collected_at:%Y-%m-%d}", "what": behind[0], "day": behind[1]},
        )
    if host.clock_synchronised is None:
        return inconclusive(
            N_("It could not be told whether the clock is synchronised."),
            advice=N_("Compare the clock with a watch and write the difference into the note."),
        )
    if host.clock_synchronised:
        return consistent(N_("The clock is synchronised."), expected=N_("synchronised"), observed=N_("synchronised"))
    return sign(
        Strength.WEAK,
        N_("The clock is not synchronised: the time on the report is this machine's own."),
        expected=N_("synchronised"),
        observed=N_("not synchronised"),
        source=N_("the system's time service"),
        witness=N_("bench"),
        cause="clock",
        innocent=(N_("a bench without a network"),),
        advice=N_("Compare the clock with a watch and write the difference into the note."),
    )


def _behind(evidence: Evidence) -> tuple[str, str] | None:
    """What is already there and bears a later day than the clock shows, and that day; None where nothing does."""
    if evidence.origin is not Origin.MACHINE:
        return None
    grace = timedelta(days=float(CLOCK_BEHIND))
    asked = evidence.ledger_asked
    if asked is not None and asked.newest_at is not None and evidence.collected_at < asked.newest_at - grace:
        return N_("the last row of the ledger"), f"{asked.newest_at:%Y-%m-%d}"
    try:
        data = date.fromisoformat(evidence.reference_version.partition("+")[0])
    except ValueError:
        return None
    return (N_("the reference data"), data.isoformat()) if evidence.collected_at.date() < data - grace else None
