"""resources/digests.json: the digests of the reference data that decide, by which a changed row is noticed.

Run it last, after whatever makes or changes the data: `python -m tools.make_digests`.
"""

import sys

import msgspec

from gpu_inspector import resources
from gpu_inspector.records import released


def text() -> bytes:
    """The file, one line for each digest, so that a change is one line of a comparison."""
    return msgspec.json.format(msgspec.json.encode(released.as_they_are(), order="sorted"), indent=1) + b"\n"


def main() -> int:
    """Write the file beside the data."""
    (resources.root() / released.FILE).write_bytes(text())
    print(f"{released.FILE}: {len(released.names())} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
