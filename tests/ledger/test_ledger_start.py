"""What opening the ledger costs: NumPy, which only the measuring child needs, is not loaded for it."""

import subprocess
import sys


def test_opening_the_ledger_loads_no_numpy_and_hides_it_from_nobody() -> None:
    script = "import sys, gpu_inspector.ledger.store; assert 'numpy' not in sys.modules; import numpy; print('both')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "both", done.stderr
