"""Where a number was seen before, and whose list it stands on: as a finding's place and source say it."""

from gpu_inspector.language import N_
from gpu_inspector.records.sighting import Sighting, Watched


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
