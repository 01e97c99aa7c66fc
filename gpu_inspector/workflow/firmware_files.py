"""Firmware images as they were read, each kept under its digest until its report is made, and made again.

The ledger holds what was read in an image and its digest. The bytes lie beside it, as photographs do: who needs them
finds them attached to the signed report.
"""

import hashlib
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence, Gap
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

LARGEST = 16 * 1024 * 1024
"""Bytes of one image; no reader takes a larger one."""
SOURCE = "vbios"


def folder() -> Path:
    """Where the images lie."""
    return settings.data_folder() / "firmware"


def keep(data: bytes) -> Gap | None:
    """Keep an image's bytes; the gap that says why they will be missing from the report, where they cannot be."""
    path = folder() / f"{hashlib.sha256(data).hexdigest()}.rom"
    try:
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)
    except OSError as error:
        return Gap(
            SOURCE,
            N_(
                f"The image was read, but its bytes cannot be kept in {path.parent} ({error.strerror or error}): the "
                "record has its digest, and the report will not have the file."
            ),
            N_("Free some space, or mend the folder's rights, and inspect again."),
        )
    return None


def kept_bytes(evidence: Evidence) -> dict[str, bytes]:
    """The evidence's images out of their folder, SHA-256 -> bytes. One that is gone, or was changed, is left out."""
    found: dict[str, bytes] = {}
    digests = {reading.sha256 for card in evidence.cards for reading in card.vbios}
    for digest in sorted(digests):
        if len(digest) != 64 or not digest.isalnum():
            continue  # a forged record may name any path
        try:
            data = read_at_most(folder() / f"{digest}.rom", LARGEST)
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == digest:
            found[digest] = data
    return found
