"""One child process as its parent holds it: its pipe, its last words, and an end that is certain.

It knows nothing of what the lines mean. What a child prints as complaints goes into a file without a name, kept short
however much it complains.
"""

import errno
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import BinaryIO

from gpu_inspector import platforms
from gpu_inspector.probes.untrusted import clean

Pieces = queue.Queue[tuple[int, bytes]]
"""What the pipes gave: the number of the child, and bytes; b"" is the end of its pipe."""
TERM_S = 2.0
"""What a child that was asked to end may take until it is killed."""
KILL_S = 15.0
"""What a killed child may take: the driver resets its channel meanwhile (the note's section 5)."""
HURRIED_TERM_S, HURRIED_KILL_S = 0.7, 0.8
"""The same for a child that an inspector stopped: 1.5 seconds after that, nothing of it is waited for any more."""
_ORPHANED_PIPE_S = 1.0
"""After a child's end, how long its pipe is still read where somebody else holds it open."""
_KILLED_S = 1.0
_PIECE = 65536
_COMPLAINTS = 1024 * 1024
"""Bytes of complaints that are kept on the disk at most, between two looks."""
_HOLD_LOOKS, _HOLD_PAUSE_S = 10, 0.002
"""How often, and how far apart, it is looked whether a child stands still."""
_LAST_WORDS = 4096
_QUEUE_PIECES = 64
"""Pieces that wait to be read; a child that floods is slowed down by it, and memory stays bounded."""


def new_queue() -> Pieces:
    """The one queue into which every child's pipe is read."""
    return queue.Queue(_QUEUE_PIECES)


class ChildProcess:
    """A started child. `look` is called again and again; `press` asks it to end, ever harder, until `over`.

    Raises OSError where it cannot be started.
    """

    def __init__(self, number: int, command: Sequence[str], environment: Mapping[str, str], pieces: Pieces) -> None:
        self.number = number
        self.over = False
        """Nothing more comes of it. `look` alone says so: whoever looks until then misses no ending."""
        self.wedged = False
        """It was killed, and yet does not end: it hangs inside the driver."""
        self.mute = False
        """It closed its pipe, and had to be asked to end."""
        self._hurried = False
        self._pieces = pieces
        self._closing = threading.Event()
        self._pressed_s: float | None = None
        self._killed_s: float | None = None
        self._ended_s: float | None = None
        self._voiceless_s: float | None = None
        self._complaints: BinaryIO = _nameless_file()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=dict(environment),
                # A group of its own: Ctrl-C reaches us alone, and we decide how the children end.
                **platforms.of_its_own_group(),
            )
        except BaseException:
            self._complaints.close()
            raise
        try:
            self._reader = threading.Thread(target=self._read, name=f"child {number}", daemon=True)
            self._reader.start()
        except BaseException as error:
            self.kill()
            for pipe in (self._complaints, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            if isinstance(error, RuntimeError):
                raise OSError(errno.EAGAIN, "the system has no thread to spare") from error
            raise

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal; None where it has not ended."""
        return self._process.returncode

    def heard_the_end(self) -> None:
        """Its pipe gave its end. A child without a voice is of no use: soon it is asked to end."""
        self._voiceless_s = time.monotonic()

    def look(self) -> None:
        """See whether it has ended; press on where that was asked for, and keep its complaints short."""
        now = time.monotonic()
        if self._ended_s is None and self._has_ended():
            self._ended_s = now
        if self._voiceless_s is not None and now - self._voiceless_s > TERM_S and self._pressed_s is None:
            self.mute = self._ended_s is None
            self.press()
        if self._pressed_s is not None and self._ended_s is None:
            if self._killed_s is None and now - self._pressed_s > (HURRIED_TERM_S if self._hurried else TERM_S):
                self._killed_s = now
                self._signal(kill=True)
            if self._killed_s is not None and now - self._killed_s > (HURRIED_KILL_S if self._hurried else KILL_S):
                self.wedged = True
        deserted = self._ended_s is not None and now - self._ended_s > _ORPHANED_PIPE_S
        self.over = self.wedged or deserted or (self._ended_s is not None and self._voiceless_s is not None)
        if os.fstat(self._complaints.fileno()).st_size > _COMPLAINTS:
            self._shorten()

    def hurry(self) -> None:
        """From now on it is given little time to end."""
        self._hurried = True

    def press(self) -> None:
        """Ask it to end: TERM now, KILL later, if `look` is called on."""
        if self._pressed_s is None:
            self._pressed_s = time.monotonic()
            self._signal(kill=False)

    def kill(self) -> None:
        """End it at once, and wait for that only as long as a process without a driver's call takes."""
        self._pressed_s = self._killed_s = time.monotonic()
        self._signal(kill=True)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILLED_S)

    def last_words(self) -> str:
        """The last line that it complained, made fit to be shown; "" where there is none."""
        lines = [line for line in self._tail().decode("utf-8", "replace").splitlines() if line.strip()]
        return clean(lines[-1]) if lines else ""

    def close(self) -> None:
        """Let go of the pipe and the complaints of a child that is over."""
        self._closing.set()
        if not self.wedged:
            self._reader.join(timeout=_ORPHANED_PIPE_S)
        if not self._reader.is_alive() and self._process.stdout is not None:
            self._process.stdout.close()
        self._complaints.close()

    def _tail(self) -> bytes:
        size = os.fstat(self._complaints.fileno()).st_size
        self._complaints.seek(max(0, size - _LAST_WORDS))
        return self._complaints.read(_LAST_WORDS)

    def _shorten(self) -> None:
        """Keep the end of what it complained. It is held meanwhile, or a word between reading and cutting were lost."""
        held = self._hold()
        if held or self._ended_s is not None:
            kept = self._tail()
            self._complaints.truncate(0)
            with suppress(OSError):  # a full disk may cost us its last words, not the measurement
                os.write(self._complaints.fileno(), kept)
        if held and sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGCONT)

    def _hold(self) -> bool:
        """Stop it for a moment. One that does not stop soon (a driver's call holds it) is left alone until later."""
        if sys.platform == "win32":
            return self._ended_s is None  # nothing holds a process there: the word that is lost is the smaller harm
        if self._ended_s is not None or self._has_ended():
            return False
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGSTOP)
            for _look in range(_HOLD_LOOKS):
                with suppress(ChildProcessError):
                    wanted = os.WSTOPPED | os.WEXITED | os.WNOWAIT | os.WNOHANG
                    if os.waitid(os.P_PID, self._process.pid, wanted) is not None:
                        return True
                time.sleep(_HOLD_PAUSE_S)
            os.killpg(self._process.pid, signal.SIGCONT)
        return False

    def _signal(self, *, kill: bool) -> None:
        if self._has_ended():
            return
        if sys.platform == "win32":
            self._process.kill()
            return
        try:
            # The whole group, so that nothing which the child started stays behind.
            os.killpg(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            self._process.kill()

    def _has_ended(self) -> bool:
        """Whether it has; whatever it started and left behind in its group is ended with it.

        The group is swept before the child's status is taken: until then no other process can have its number.
        """
        if sys.platform != "win32" and hasattr(os, "waitid") and self._process.returncode is None:
            with suppress(OSError):
                if os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
                    os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.poll() is not None

    def _read(self) -> None:
        """The thread: from the pipe to the queue, until its end or ours."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while True:
            try:
                piece = os.read(descriptor, _PIECE)
            except OSError:
                piece = b""
            while True:
                if self._closing.is_set():
                    return
                try:
                    self._pieces.put((self.number, piece), timeout=0.1)
                    break
                except queue.Full:
                    continue
            if not piece:
                return


def _nameless_file() -> BinaryIO:
    """A temporary file whose writers always write at its end, so that it can be cut short under them."""
    try:
        handle: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the child
    except OSError:
        if sys.platform != "linux":
            raise
        # No folder for temporary files can be written to: what is complained is kept in memory.
        handle = os.fdopen(os.memfd_create("complaints"), "w+b", buffering=0)
    if sys.platform != "win32":
        import fcntl

        descriptor = handle.fileno()
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
    return handle
