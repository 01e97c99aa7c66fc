"""The program itself, and the data that it judges by: what was changed there changes every judgement.

A debugger that is attached to the program can give it any answer. Changed reference data make a forgery a product, or
a product a forgery. Data that came as a signed pack are in order where their signature leads to somebody who may give
reference data here; they are named, with the signer, in the report. What fools this check: whoever changes the record
of the data along with them, or the whole program, or signs packs and names himself as the one who may; the version of
the data that every report prints is another one then.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_bench import VALUES_NAMED
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Role
from gpu_inspector.records.program import ProgramReading, ReferencePack

INSTALL_AGAIN = N_("Install GPU Inspector again from a whole package, and inspect again.")
OTHER_DATA = N_("Install the data pack again, or use the program's own data: gpu-inspector data use own")


@check("bench-program", N_("Program and reference data"), Role.CORE)
def as_released(program: ProgramReading, tracer: str | None) -> Answer:
    """Who changes the program, or what it judges by, needs to change no card."""
    if tracer:
        return inconclusive(
            N_("Another program is attached to this one and can change what it reads: {tracer}."),
            advice=N_("End the debugger or tracer, and inspect again."),
            tracer=tracer,
        )
    if program.data_changed is None:
        return inconclusive(
            N_("Whether the reference data are those that this version was released with cannot be told: {why}"),
            advice=INSTALL_AGAIN,
            why=program.data_trouble,
        )
    if program.data_changed:
        return inconclusive(
            N_("The reference data are not those that this version was released with: {files}."),
            advice=INSTALL_AGAIN,
            files=_named(program.data_changed),
        )
    if program.files_changed:
        return inconclusive(
            N_("Files of the program are not those that were installed: {files}."),
            advice=INSTALL_AGAIN,
            files=_named(program.files_changed),
        )
    if program.pack is not None:
        return _of_pack(program, program.pack)
    return consistent(
        N_(
            "The reference data are those that this version was released with, and the program's {count} recorded files"
            " those that were installed."
        )
        if program.files_recorded
        else N_(
            "The reference data are those that this version was released with. Whether the program's own files are,"
            " cannot be told: no installer recorded them."
        ),
        expected=N_("as released"),
        observed=N_("as released"),
        source=N_("the program's own record"),
        count=program.files_recorded,
    )


def _of_pack(program: ProgramReading, pack: ReferencePack) -> Answer:
    """The program's own data are as released; what judges are others, which somebody signed."""
    if pack.trouble:
        return inconclusive(
            N_("The reference data that were installed, {version}, are not in order: {why}"),
            advice=OTHER_DATA,
            version=pack.version,
            why=pack.trouble,
        )
    return consistent(
        N_(
            "The reference data in use, {version}, came as a signed pack of {signer} (certificate SHA-256"
            " {fingerprint}),"
            " who may give them here; the program's own data and its {count} recorded files are as released and"
            " installed."
        )
        if program.files_recorded
        else N_(
            "The reference data in use, {version}, came as a signed pack of {signer} (certificate SHA-256"
            " {fingerprint}), who may give them here; the program's own are as released. Whether the program's own"
            " files are, cannot be told: no installer recorded them."
        ),
        expected=N_("as released, or signed"),
        observed=N_("signed"),
        source=N_("the program's own record, and the pack's signature"),
        count=program.files_recorded,
        version=pack.version,
        signer=pack.signer,
        fingerprint=pack.fingerprint,
    )


def _named(files: tuple[str, ...]) -> str:
    some = files[: int(VALUES_NAMED)]
    return ", ".join((*some, *(("…",) if len(files) > len(some) else ())))
