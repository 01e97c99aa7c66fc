"""The marks that every simulated inspection bears: whoever calls one real has to find and take away each of them.

They are written by what makes simulations and read by what judges and verifies evidence; neither knows the other.
"""

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence

NOTE = "SIMULATION"
"""How a simulation's note begins."""
UUID = "GPU-00000000-0000-0000-"
"""How a simulated card's UUID begins. A real one is drawn by chance: none in 2^64 begins so."""
SYSTEM = N_("simulated system")
"""The name of a simulated bench."""
FABRIC_MANAGER = N_("simulated service (running)")
"""How a simulated server's Fabric Manager stands; no service manager words it so."""


def marks(evidence: Evidence) -> tuple[str, ...]:
    """What in the evidence only a simulation has, in words; () where nothing is."""
    cards = (*evidence.cards, *evidence.bystanders)
    found = [N_(f"the note “{note}”") for note in evidence.notes if note.startswith(NOTE)]
    found += [
        N_(f"a reading of the simulated card {card.silicon.simulation}")
        for card in cards
        if card.silicon is not None and card.silicon.simulation
    ]
    found += [
        N_(f"a simulated card's UUID, {uuid}") for card in cards for uuid in _uuids(card) if uuid.startswith(UUID)
    ]
    if evidence.host is not None and evidence.host.system == SYSTEM:
        found.append(N_("a simulated bench"))
    manager = evidence.server.fabric_manager if evidence.server is not None else None
    if manager is not None and manager.state == FABRIC_MANAGER:
        found.append(N_("a simulated Fabric Manager"))
    return tuple(dict.fromkeys(found))


def _uuids(card: CardEvidence) -> tuple[str, ...]:
    said = [one.uuid for _, one in card.claims] + ([card.silicon.uuid] if card.silicon is not None else [])
    return tuple(uuid for uuid in said if uuid)
