"""resources/known_answers.json: what the self-test compares with, from the program as it is now.

Run it after any change of checks or reference data: `python -m tools.make_known_answers`. A difference in the file is
a difference in judging, to be read as one.
"""

import sys

import msgspec

from gpu_inspector import resources
from gpu_inspector.records.catalogue import load
from gpu_inspector.workflow import known_answers


def text() -> bytes:
    """The file, one line for each answer, so that a change is one line of a comparison."""
    found = known_answers.as_they_are(load())
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=1) + b"\n"


def main() -> int:
    """Write the file beside the data."""
    (resources.root() / known_answers.FILE).write_bytes(text())
    print(f"{known_answers.FILE} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
