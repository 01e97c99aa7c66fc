"""Many threads that read a kind of record for the first time at once: msgspec alone lets the process die of it."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from gpu_inspector.errors import CaptureError
from gpu_inspector.records import canonical, catalogue
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection

sys.setswitchinterval(1e-6)
THREADS = 10
together = threading.Barrier(THREADS)
found = []

def read():
    together.wait()
    for kind in (Evidence, Inspection):
        try:
            canonical.decode(b'{"format":1}', kind, "record")
        except CaptureError:
            found.append(kind)
    if sys.argv[1] == "lists":
        found.append(len(catalogue.own().products) > 100)

threads = [threading.Thread(target=read) for _ in range(THREADS)]
[one.start() for one in threads]
[one.join() for one in threads]
print(len(found))
"""


@pytest.mark.parametrize(("what", "reads"), [("records", 20), ("lists", 30)])
def test_many_threads_that_read_the_first_record_at_once_all_read_it(what: str, reads: int) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, what], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(reads)), done.stderr[-500:]
