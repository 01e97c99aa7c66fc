"""The medium that the bench started from, if it was one of this program's own.

A patched driver or a preloaded library on an owner's disk is out of play where the bench starts from the office's own
medium. But what tells of the medium runs from it: who changes the image changes the answer too. So the finding promises
only that the files are those of a list, and names the digest that the reader holds against the office's own note.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import HostReading


@check("bench-medium", N_("Inspection medium"))
def medium(host: HostReading) -> Answer:
    """A medium whose files are not those of its list is damaged or changed; one whose files are may still be a copy."""
    found = host.medium
    if found is None:
        return not_applicable(N_("The bench did not start from an inspection medium of this program."))
    if found.checked is None:
        return inconclusive(
            N_("The files of the inspection medium were not yet held against its list of digests ({digest})."),
            advice=N_("The medium does so by itself within minutes of its start; inspect once more then."),
            digest=found.sha256,
        )
    if not found.checked:
        return inconclusive(
            N_("Files of the inspection medium differ from its own list of digests ({digest})."),
            advice=N_(
                "Write the image anew, to another stick, after holding its SHA-256 against the one noted when it was"
                " built; then inspect again."
            ),
            digest=found.sha256,
        )
    return consistent(
        N_(
            "The bench says that it started from the medium “{name}” of {day}, whose files are those of the list"
            " {digest}."
            " That they are the office's own shows only where this digest is the one noted when the image was built."
        ),
        expected=N_("the files of the list"),
        observed=N_("the files of the list"),
        name=found.name or "?",
        day=found.built_at or "?",
        digest=found.sha256,
    )
