"""Answers that are known beforehand: what the self-test's simulations, and a shipped sample, must be judged to be.

The exit statuses of measured simulations stand in the simulations' own table, written by hand. What their claims alone
come to, and the digest of a sample's findings, stand in a file that `tools/make_known_answers.py` makes: they tell
that this installation judges as the released program did, on this machine too. They do not tell that it judges well.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.judging import exit_status, judge

FILE = "known_answers.json"
SAMPLE = "samples/geforce-rtx-4090.xml"
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The law of one day: the answer must not change with the calendar."""
_PAPERS = (Declaration(), Declaration(product="NVIDIA GeForce RTX 4090"), Declaration(product="NVIDIA A100 80GB PCIe"))
"""Without papers, with papers that agree, and with such as do not."""
_PROGRAM = "self-test"


class KnownAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The recorded answers: simulation -> exit status of its claims alone; SHA-256 of a sample's findings."""

    claims: dict[str, int]
    sample: str


def load() -> KnownAnswers:
    """The record. Raises DataError where it is missing or damaged."""
    try:
        return msgspec.json.decode(resources.read(FILE), type=KnownAnswers)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(
            f"The record of known answers, {FILE}, is damaged ({error}).",
            "Install GPU Inspector again from a whole package.",
        ) from error


def as_they_are(catalogue: Catalogue) -> KnownAnswers:
    """What this program answers now. Raises GpuInspectorError."""
    return KnownAnswers(claims=claims_alone(catalogue), sample=sample_digest(catalogue))


def single_cards() -> dict[str, int]:
    """The simulations of one card each, with the exit status that a measured inspection must come to."""
    from gpu_inspector.probes import simulated

    return {one.name: one.exit for one in simulated.listed() if getattr(one, "cards", 1) == 1}


def claims_alone(catalogue: Catalogue) -> dict[str, int]:
    """Simulation -> exit status of an inspection in which nothing was measured."""
    found: dict[str, int] = {}
    for name in single_cards():
        evidence = collecting.collect_simulation(name, 0, None, catalogue)
        found[name] = exit_status(judge(_of_one_day(evidence), Declaration(), catalogue))
    return found


def sample_digest(catalogue: Catalogue) -> str:
    """SHA-256 over what the shipped sample is judged to be, but for the versions of program and data."""
    evidence = _of_one_day(collecting.collect_bytes(resources.read(SAMPLE), SAMPLE, catalogue))
    whole = hashlib.sha256()
    for papers in _PAPERS:
        judgement = judge(evidence, papers, catalogue)
        whole.update(canonical.encode(replace(judgement, tool_version=_PROGRAM, reference_version=_PROGRAM)) + b"\n")
    return whole.hexdigest()


def _of_one_day(evidence: Evidence) -> Evidence:
    return replace(evidence, collected_at=_DAY, tool_version=_PROGRAM, reference_version=_PROGRAM)
