"""A checkpoint: what the office's key vouches for about the ledger at one moment, and the file that it travels in.

The chain within the ledger cannot tell that its tail was cut off, that it was written anew or that the whole file was
replaced. A checkpoint that is kept elsewhere (beside the file, in every signed report, in a drawer) can. Its statement
is canonical JSON, so that one text has one signature; its root lets a single row be shown to a stranger.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.chain import LARGEST_SEQ

KIND = "gpu-inspector-checkpoint"
LARGEST = 256 * 1024
"""Bytes of a checkpoint's file; one with six certificates has some 20,000."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WHAT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is signed. Digests are 64 hexadecimal digits."""

    seq: int
    """The last row that it covers; it covers all before it, too."""
    digest: str
    """That row's own digest, which carries every row before it."""
    root: str
    """The root of the Merkle tree over the digests of rows 1 to `seq` (`records/merkle.py`)."""
    previous: str
    """SHA-256 of the file of the checkpoint that the ledger kept before this one; "" for the first."""
    custody_seq: int
    """The last line of the custody log; 0 where it had none."""
    custody_digest: str
    """That line's own digest; 64 zeros where there was none."""
    made_at: datetime
    """By the clock of the bench, in UTC."""
    office: str
    tool_version: str
    kind: str = field(default=KIND)
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """The statement's exact text, and the signature over its UTF-8 bytes: detached CMS in DER, as base64."""

    statement: str
    signature: str
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's file taken apart. Nobody has looked at the signature yet."""

    statement: Statement
    text: bytes
    """The statement's exact bytes: what is signed."""
    envelope: bytes
    """The signature's CMS in DER."""


def file_of(text: bytes, envelope: bytes) -> bytes:
    """The checkpoint's file from the statement's bytes and its signature."""
    return canonical.encode(_File(statement=text.decode("utf-8"), signature=base64.b64encode(envelope).decode()))


def digest_of(file: bytes) -> str:
    """SHA-256 of a checkpoint's file: what the next one names as `previous`."""
    return hashlib.sha256(file).hexdigest()


def read(file: bytes) -> Checkpoint:
    """Take a checkpoint's file apart. Raises CaptureError where it is none, or not in the one form it is written in."""
    if len(file) > LARGEST:
        raise CaptureError(f"This {_WHAT} has {len(file):,} bytes, more than any {_WHAT} has.")
    whole = canonical.decode(file, _File, _WHAT)
    try:
        text = whole.statement.encode("utf-8")
        envelope = base64.b64decode(whole.signature, validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise CaptureError(f"This is no {_WHAT} of GPU Inspector ({error}).", "Ask for the file again.") from error
    if file_of(text, envelope) != file:
        raise _not_as_written()
    return Checkpoint(statement_of(text), text, envelope)


def glance(file: bytes) -> Statement:
    """The statement of a file whose bytes somebody else vouches for already: its form is not looked at.

    Raises CaptureError where it is none.
    """
    return canonical.decode_plain(canonical.decode_plain(file, _File, _WHAT).statement.encode(), Statement, _WHAT)


def statement_of(text: bytes) -> Statement:
    """The statement from its exact bytes. Raises CaptureError where they are none."""
    statement = canonical.decode(text, Statement, f"{_WHAT}'s statement")
    if statement.kind != KIND:
        raise CaptureError(f"This is no {_WHAT} of a ledger.", "Ask for the file again, unedited.")
    if canonical.encode(statement) != text:
        raise _not_as_written()
    digests = (statement.digest, statement.root, statement.custody_digest)
    if not all(_DIGEST.fullmatch(one) for one in digests) or not _DIGEST.fullmatch(statement.previous or "0" * 64):
        raise CaptureError(f"This {_WHAT} names a digest that is none.", "Ask for the file again, unedited.")
    if not 0 < statement.seq <= LARGEST_SEQ or not 0 <= statement.custody_seq <= LARGEST_SEQ:
        raise CaptureError(f"This {_WHAT} names a row that no ledger has.", "Ask for the file again, unedited.")
    if statement.made_at.tzinfo is None:
        raise CaptureError(f"This {_WHAT} names a time without its zone.", "Ask for the file again, unedited.")
    return statement


def _not_as_written() -> CaptureError:
    return CaptureError(
        N_(f"This {_WHAT} is not in the form in which it is written."), N_("Ask for the file again, unedited.")
    )
