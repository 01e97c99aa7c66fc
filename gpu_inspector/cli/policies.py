"""The office's policy around an inspection: asked ahead of everything, and named at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli.options import Measuring
from gpu_inspector.language import said, told, visible
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin

if TYPE_CHECKING:
    from gpu_inspector.records.inspection import Inspection
    from gpu_inspector.records.policy import PolicyNamed


def bound(
    wanted: Measuring, case: Case, declaration: Declaration, origin: Origin, *, many: bool = False
) -> tuple[Measuring, PolicyNamed | None]:
    """How to measure by the policy in force, and that policy. Nothing was collected yet.

    Raises click.UsageError with all that is missing, PolicyError where the policy cannot be used.
    """
    from gpu_inspector.workflow import policy

    if origin is Origin.MACHINE:
        wanted = replace(wanted, profile=policy.profile_for(wanted.profile, named=wanted.asked))
    try:
        return wanted, policy.require(case, declaration, wanted.profile, origin, many=many)
    except policy.PolicyNotMet as error:
        # English, as whatever is raised: it is told again where it is shown.
        raise click.UsageError(visible(str(error))) from error


def tell(inspection: Inspection) -> None:
    """The policy that the inspection was made under, where there was one."""
    if inspection.policy is not None:
        from gpu_inspector.records import policy

        line = told(policy.line(inspection.policy, inspection.evidence.origin))
        click.echo(visible(said("Office policy: {policy}", policy=line)))


def origin_of(wanted: Measuring, source: str | None, *, seen: bool = False) -> Origin:
    """Where the evidence will come from, told before there is any."""
    if seen:
        return Origin.SEEN
    if wanted.simulate is not None:
        return Origin.SIMULATION
    return Origin.MACHINE if source is None else Origin.FILE
