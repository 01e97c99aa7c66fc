"""A window's jobs begin together, and each needs the report's libraries: one thread at a time may load them.

pyHanko's modules import each other in circles. Two threads that began at different ends found each other's half, and an
inspection that was stored already ended without its report.
"""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from pathlib import Path
from gpu_inspector.records.catalogue import load
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import inspecting, verifying

works = {
    "prepare": inspecting.prepare,
    "sign": lambda: inspecting.write_report(None, None, Path("r.pdf"), identity=None),
    "examine": lambda: verifying.verify(b"no report", (), load()),
}

def job():
    try:
        works[sys.argv[1]]()
    except Exception:
        pass  # there is nothing to sign and nothing to examine: what is loaded meanwhile is what counts

def loaded():
    return [name for name in ("pyhanko", "reportlab") if name in sys.modules]

thread = threading.Thread(target=job)
with LOADING:
    thread.start()
    thread.join(1.0)
    print(loaded(), thread.is_alive())
thread.join()
print(bool(loaded()))
"""


@pytest.mark.parametrize("work", ["prepare", "sign", "examine"])
def test_who_needs_the_reports_libraries_waits_for_who_is_loading_them(work: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, work], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines() == ["[] True", "True"]
