"""The reference data that an old record names: where they are kept here, it is judged again with them."""

from gpu_inspector import reference
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records import kept_data
from gpu_inspector.records.catalogue import Catalogue, own
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.version import build


def of_record(inspection: Inspection, usual: Catalogue) -> Catalogue:
    """The data that an inspection's record names, where they are kept here; `usual` elsewhere."""
    named = inspection.judgement.reference_version
    if named == usual.version:
        return usual
    return kept_data.of_version(named) or usual


def said_of(inspection: Inspection, judging: Catalogue, usual: Catalogue) -> tuple[str, ...]:
    """Which data judged a record again, as sentences; () where they are those in use, and the record names them."""
    named = inspection.judgement.reference_version
    if judging.version != named:
        return (
            N_(
                f"The reference data that it names, {named[:60]}, are not kept here; it was judged again with"
                f" {judging.version}."
            ),
            *_not_in_order(judging),
        )
    said: list[str] = []
    if judging.version != usual.version:
        said.append(
            N_(
                f"It was judged again with the reference data that it names, {named}, which are kept here; in use are"
                f" {usual.version}."
            )
        )
    return (*said, *_of_pack(inspection), *_not_in_order(judging))


def faults_of(inspection: Inspection) -> tuple[str, ...]:
    """What is not true of the data pack that a record names, whoever signed the record; () where nothing is known."""
    named = inspection.data
    if named is None:
        return ()
    if named.version != inspection.judgement.reference_version:
        return (N_("The attached record names a signed data pack that is not the reference data which judged."),)
    kept = _kept_pack(named.version)
    if kept is None or kept.sha256 != named.sha256:
        return ()
    from gpu_inspector.workflow import data_packs  # of whoever installed one

    try:
        found = data_packs.examine(kept.data, ()).record
    except DataError:
        return ()
    same = (named.fingerprint, named.made_at) == (found.fingerprint, found.made_at)
    if inspection.judgement.tool_version == build():  # which makes the words of it as this one does
        same = same and (named.signer, named.made_by, named.note) == (found.signer, found.made_by, found.note)
    return (
        () if same else (N_("The attached record says of its data pack what that file, which is kept here, does not."),)
    )


def _of_pack(inspection: Inspection) -> tuple[str, ...]:
    """Where the pack kept here is another file than the one named, or the record names none though its data are one."""
    named, version = inspection.data, inspection.judgement.reference_version
    kept = _kept_pack(version)
    if kept is None:
        return ()
    if named is None:
        others = version != own().version and not reference.copy_path(version).exists()
        return (N_("It does not say who signed its reference data, which are kept here as a pack."),) if others else ()
    if kept.sha256 == named.sha256:
        return ()
    return (N_("The data pack of that version that is kept here is another file than the one that it names."),)


def _kept_pack(version: str) -> reference.Pack | None:
    try:
        kept = reference.kept(version)
    except DataError:
        return None
    return kept if kept is not None and kept.statement.kind == reference.KIND else None


def _not_in_order(judging: Catalogue) -> tuple[str, ...]:
    """That nobody vouches for the data in use: verifying needs no policy and no authority, but says so."""
    try:
        pack = reference.chosen()
    except DataError:
        return ()
    if pack is None or pack.version != judging.version:
        return ()
    from gpu_inspector.workflow import data_packs  # of whoever installed one

    found = data_packs.with_trouble()
    return (found.trouble,) if found is not None and found.trouble else ()
