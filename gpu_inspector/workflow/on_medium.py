"""Which inspection medium this program runs from goes into all evidence, whatever that is of.

A card of this machine has it from the probe of the bench. A simulation's bench is simulated but for this, and a file
that is reviewed here has a bench of its own, or none: then it stands beside the evidence.
"""

from dataclasses import replace
from pathlib import Path

from gpu_inspector.probes import medium
from gpu_inspector.probes.bench import Bench, no_command
from gpu_inspector.records.evidence import Evidence, Origin


def with_medium(evidence: Evidence, root: Path = Path("/")) -> Evidence:
    """The evidence with the medium that the program runs from; what a handed-in file says of that is not taken over."""
    evidence = replace(evidence, reviewed_on=None)
    if evidence.origin is Origin.MACHINE:
        return evidence
    found = medium.read(Bench(root, {}, no_command))
    if evidence.origin is Origin.SIMULATION and evidence.host is not None:
        return replace(evidence, host=replace(evidence.host, medium=found))
    return replace(evidence, reviewed_on=found)
