"""A program that stamps reports until somebody kills it: one child for each line, so that nothing is loaded twice.

For each path on stdin it answers with the number of the child that writes the report there and stamps it, and with
"ended" when that child is gone, however it went.
"""

import os
import sys
from pathlib import Path

from gpu_inspector.report import archive, examine, fetching, signature, tsa  # noqa: F401 - loaded before any child
from gpu_inspector.workflow import upgrading


def main() -> None:
    signed = Path(sys.argv[1]).read_bytes()
    examine.examine(signed)  # what is read late is read here
    for line in sys.stdin:
        path = Path(line.strip())
        child = os.fork()
        if child == 0:
            upgrading.write_and_stamp(path, signed)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
