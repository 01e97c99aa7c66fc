"""`make run`: the main job, once. Inspects the cards of this machine, or the shipped sample where there is none, and
then opens the window where there is a display."""

import subprocess
import sys
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.cli.main import main as command_line
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records.catalogue import load
from gpu_inspector.workflow.collecting import NoCard, collect_machine

FAILED = (1, 2, 130)
"""An error, wrong usage, Ctrl-C: then there is no window to open."""


def main() -> int:
    """0 when an inspection was made, whatever its verdict; else the command's own status."""
    sample: Path | None = None
    try:
        collect_machine(load())
    except NoCard as error:
        sample = resources.root() / "samples" / "geforce-rtx-4090.xml"
        print(error.message, "Inspecting the shipped sample instead.", flush=True)
    except GpuInspectorError as error:
        print(error)
        return 1
    status = command_line(["inspect", *(["--from", str(sample)] if sample is not None else [])])
    if status in FAILED:
        return status
    sys.stdout.flush()
    # The window is a process of its own, as it is for a user; without a display it says so in one line.
    subprocess.run([sys.executable, "-m", "gpu_inspector"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
