"""Watch-lists between offices: written and signed here, taken in from others, asked before a card is judged.

A list is kept as the signed file that came, under its own digest, and its signature is examined each time it is used:
what lies in a folder can be changed by whoever can write there. A list that fails is a gap with its reason.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, watching
from gpu_inspector.records.evidence import Evidence, Gap
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.sighting import MOST_WATCHED, ListAsked, Watched
from gpu_inspector.records.watching import WatchItem, WatchList
from gpu_inspector.workflow import signing, statements
from gpu_inspector.workflow.proving import proof_in_words
from gpu_inspector.workflow.sighting import real
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

SOURCE = "watch-lists"
MOST_LISTS = 100
_LARGEST_TOGETHER = 128 * 1024 * 1024
"""Bytes of all lists: each is read and its signature examined before every inspection."""
LARGEST = 64 * 1024 * 1024
_LARGEST_TRUST = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}\.json")
_AGAIN = N_("Ask that office for the file again.")


class WatchListError(GpuInspectorError):
    """A watch-list cannot be read, is not what its signature covers, or cannot be kept."""


@dataclass(frozen=True, slots=True)
class Held:
    """A list that was read and whose signature fits; `digest` is that of the file."""

    digest: str
    watch_list: WatchList
    signer: statements.Signer


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file of the folder that cannot be used, and why."""

    digest: str
    error: WatchListError


def signed_list(items: Iterable[WatchItem], office: str, ask: signing.Ask = signing.nobody) -> bytes:
    """The file of a new list, signed by this bench. Raises WatchListError, ReportError."""
    made = WatchList(office=office, made_at=datetime.now(UTC).replace(microsecond=0), items=tuple(dict.fromkeys(items)))
    if not made.items:
        raise WatchListError("There is no number to put on a list.", "Name inspections with --row, or numbers.")
    if (problem := watching.fault_of(made)) is not None:
        raise WatchListError(f"This list cannot be written: {problem}")
    try:
        statement = canonical.encode(made)
    except CaptureError as error:
        raise WatchListError("A text of this list holds signs that are no letters.", "Write it anew.") from error
    envelope = statements.sign(statement, signing.signer(ask))
    return statements.framed(statement, envelope)


def read_list(data: bytes, trust: tuple[bytes, ...]) -> Held:
    """A list out of its file. Raises WatchListError where anything of it is not as it was signed."""
    if len(data) > LARGEST:
        raise WatchListError("This file is larger than any watch-list.", "Ask that office for shorter lists.")
    try:
        statement, envelope = statements.unframed(data)
    except statements.StatementError as error:
        raise WatchListError(f"This is no watch-list. {error.message}", _AGAIN) from error
    try:
        made = canonical.decode(statement, WatchList, watching.KIND)
    except CaptureError as error:
        raise WatchListError(error.message, _AGAIN) from error
    if (problem := watching.fault_of(made)) is not None:
        raise WatchListError(f"This watch-list cannot be used: {problem}", _AGAIN)
    try:
        signer = statements.check(statement, envelope, trust, made.made_at)
    except statements.StatementError as error:
        raise WatchListError(f"This watch-list cannot be used: {error.message}", _AGAIN) from error
    return Held(hashlib.sha256(data).hexdigest(), made, signer)


def folder() -> Path:
    """Where the lists of other offices are kept."""
    return settings.data_folder() / "watch-lists"


def take_in(path: Path, trust: tuple[bytes, ...]) -> Held:
    """Keep a list that came, with the certificates by which its signer is known here. Raises WatchListError."""
    try:
        data = read_at_most(path, LARGEST)
    except OSError as error:
        raise WatchListError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error
    held = read_list(data, trust)
    if trust and not held.signer.known:
        raise WatchListError(
            f"The certificate given is not that of this list's signer, {held.signer.name} (SHA-256"
            f" {held.signer.fingerprint}); nothing was taken in.",
            "Leave --trust out to keep the list as one of a signer not known here.",
        )
    kept = sorted(one.name for one in files())
    if len(kept) >= MOST_LISTS and f"{held.digest}.json" not in kept:
        raise WatchListError(
            f"{MOST_LISTS} watch-lists are kept already.", "Remove old ones: gpu-inspector watchlist list"
        )
    others = sum(one.stat().st_size for one in files() if one.stem != held.digest)
    if others + len(data) > _LARGEST_TOGETHER:
        raise WatchListError("The watch-lists that are kept would be larger together than 128 MiB.", "Remove old ones.")
    try:
        if trust:
            write_whole(_trust_of(held.digest), b"\n".join(trust))
        write_whole(folder() / f"{held.digest}.json", data)
    except OSError as error:
        raise WatchListError(
            f"The list cannot be kept in {folder()} ({error.strerror}).", "Free some space."
        ) from error
    return held


def _trust_of(digest: str) -> Path:
    return folder() / f"{digest}.trust"


def files() -> tuple[Path, ...]:
    """The kept lists, unread; each is named by its digest."""
    try:
        return tuple(sorted(path for path in folder().iterdir() if _NAME.fullmatch(path.name)))
    except OSError:
        return ()


def lists() -> Iterator[Held | Unusable]:
    """Every list that is kept, its signature examined anew."""
    for path in files()[:MOST_LISTS]:
        try:
            yield _kept(path)
        except WatchListError as error:
            yield Unusable(path.stem, error)


def _kept(path: Path) -> Held:
    try:
        data = read_at_most(path, LARGEST)
        beside = _trust_of(path.stem)
        trust = (read_at_most(beside, _LARGEST_TRUST),) if beside.exists() else ()
    except OSError as error:
        raise WatchListError(
            f"It cannot be read ({error.strerror or error}).", "Remove it, and import it anew."
        ) from error
    if hashlib.sha256(data).hexdigest() != path.stem:
        raise WatchListError("It was changed after it was imported.", "Remove it, and import it anew.")
    return read_list(data, trust)


def remove(reference: str) -> str:
    """Take away the list whose digest begins so; the digest. Raises WatchListError."""
    wanted = reference.strip().casefold()
    found = [path for path in files() if wanted and path.stem.startswith(wanted)]
    if len(found) != 1:
        said = N_("No watch-list's digest begins") if not found else N_("More than one watch-list's digest begins")
        raise WatchListError(f"{said} with “{reference[:70]}”.", "See gpu-inspector watchlist list")
    try:
        found[0].unlink()
        _trust_of(found[0].stem).unlink(missing_ok=True)
    except OSError as error:
        raise WatchListError(f"The list cannot be removed ({error.strerror}).") from error
    return found[0].stem


def with_watched(evidence: Evidence, more: tuple[Held, ...] = (), wanting: tuple[Gap, ...] = ()) -> Evidence:
    """The evidence with what the kept lists say of its cards' numbers; what a handed-in file says is not taken over.

    `more` are lists that the office's policy brings, `wanting` the gaps for those that it asks for and are not here.
    """
    evidence = replace(evidence, watched=(), lists_asked=())
    if not real(evidence):
        return evidence
    asked: list[ListAsked] = []
    hits: list[Watched] = []
    gaps: list[Gap] = list(wanting)
    brought = {one.digest for one in more}
    for one in (*more, *(kept for kept in lists() if kept.digest not in brought)):
        if isinstance(one, Unusable):
            reason = N_(f"A watch-list ({one.digest[:16]}…) cannot be used: {one.error.message}")
            gaps.append(Gap(SOURCE, reason, one.error.advice))
            continue
        made = one.watch_list
        asked.append(
            ListAsked(
                list_digest=one.digest,
                office=made.office,
                made_at=made.made_at,
                items=len(made.items),
                known=one.signer.known,
            )
        )
        hits += _hits(evidence, one)
    return replace(evidence, watched=tuple(_bounded(hits)), lists_asked=tuple(asked), gaps=(*evidence.gaps, *gaps))


def _hits(evidence: Evidence, held: Held) -> Iterator[Watched]:
    for card in evidence.cards:
        for item in watching.naming(held.watch_list, own_numbers(card)):
            yield Watched(
                card=card.label,
                kind=item.kind,
                value=item.value,
                reason=item.reason,
                listed_on=item.listed_on,
                office=held.watch_list.office,
                row_digest=item.row_digest,
                proof=proof_in_words(item.proof, item.row_digest, held.signer.fingerprint),
                list_digest=held.digest,
                made_at=held.watch_list.made_at,
                signer=held.signer.name[: watching.LONGEST_VALUE],
                fingerprint=held.signer.fingerprint,
                known=held.signer.known,
            )


def _bounded(hits: list[Watched]) -> Iterator[Watched]:
    """The entries of known signers first, then the newest lists', so many for each card."""
    counts: dict[str, int] = {}
    for hit in sorted(hits, key=lambda one: (not one.known, -one.made_at.timestamp())):
        counts[hit.card] = counts.get(hit.card, 0) + 1
        if counts[hit.card] <= MOST_WATCHED:
            yield hit
