"""Where a number was seen before, and whose list it stands on: as a finding's place and source say it."""

from gpu_inspector.language import N_
from gpu_inspector.records.sighting import RegistrySighting, Sighting, Watched


def place_of(one: Sighting) -> str:
    """Where and when a card was seen, in words; foreign texts are cleaned where they are shown."""
    where = ", ".join(part for part in (one.office, one.place) if part)
    nature = N_(", a review of a file of unknown origin") if one.from_file else ""
    return N_(f"inspection {one.row} of {one.made_at:%Y-%m-%d}{f' ({where})' if where else ''}{nature}")


def source_of(one: Sighting) -> str:
    """The row of the ledger."""
    return N_(f"row {one.row} of the ledger, digest {one.digest[:16]}…")


def list_source(one: Watched) -> str:
    """Whose watch-list it is, and what vouches for it."""
    known = N_("a signer known here") if one.known else N_("a signer not known here")
    proof = N_(f"; its proof: {one.proof}") if one.proof else N_("; without proof of a row")
    return N_(
        f"watch-list {one.list_digest[:16]}…, signed by {known}, certificate SHA-256 {one.fingerprint[:16]}…{proof}"
    )


def registry_source(one: RegistrySighting) -> str:
    """Whose row the registry told of, and what vouches for it."""
    held = {
        "whole": N_("; the registry holds the whole row, without a signed checkpoint over it"),
        "redacted": N_("; the registry holds a redacted row, which is that office's word"),
        "digest": N_("; the registry holds a digest alone, which is that office's word"),
    }.get(one.kind, "")
    if one.vouched:
        held = N_("; the registry holds the whole row, and a signed checkpoint over it, neither of which was examined")
    nature = N_(", a review of a file of unknown origin") if one.from_file else ""
    return N_(f"registry: row of {one.office}, digest {one.digest[:16]}…{nature}{held}")
