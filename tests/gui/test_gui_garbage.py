"""Garbage is searched for in the window's own thread: a worker that did so took widgets apart beside the painter."""

import subprocess
import sys

PROGRAM = """
import gc, threading, weakref
from PySide6.QtCore import QCoreApplication, QTimer
from gpu_inspector.gui import garbage

garbage.TICK_MS = 20
application = QCoreApplication([])
garbage.Collector(application)
where = []

class Knot:
    def __init__(self):
        self.self = self
    def __del__(self):
        where.append(threading.current_thread() is threading.main_thread())

def work():
    for _ in range(20_000):
        Knot()

thread = threading.Thread(target=work)
thread.start()
thread.join()
collected_by_worker = len(where)
QTimer.singleShot(500, application.quit)
application.exec()
print(collected_by_worker, len(where) > 15_000, all(where), gc.isenabled())
"""


def test_a_worker_never_searches_and_the_window_does() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["0", "True", "True", "False"]
