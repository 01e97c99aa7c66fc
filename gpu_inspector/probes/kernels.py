"""Whether this program's kernels compile here: asked of a child, which alone may load CUDA. No card is touched."""

import json
import subprocess
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.measure.compiling import EVERY, ONE
from gpu_inspector.probes import cuda
from gpu_inspector.probes.untrusted import clean

_LONGEST_S = 120.0
"""Compiling all files for three architectures takes seconds; loading the libraries from a slow medium takes more."""
_LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Compiled:
    """Whether they compile, None where there is no compiler; and a sentence."""

    passed: bool | None
    text: str


def compile_all(*, quick: bool, command: tuple[str, ...] | None = None) -> Compiled:
    """Compile every kernel for the oldest, a middle and the newest architecture; with `quick` for one.

    `command` stands in place of this program's own door to the child. A child that ends otherwise than it must is a
    failure with its sentence; nothing is raised.
    """
    call = [*(command or cuda.door()), "--compile", ONE if quick else EVERY]
    try:
        done = subprocess.run(
            call, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_S, env=cuda.environment(), check=False
        )
    except subprocess.TimeoutExpired:
        return Compiled(False, N_(f"The compiler did not end within {_LONGEST_S:.0f} seconds."))
    except OSError as error:
        return Compiled(False, N_(f"The compiling process could not be started ({error.strerror})."))
    last = done.stdout.splitlines()[-1:] or [b""]
    try:
        answer = json.loads(last[0][:_LONGEST_ANSWER])
        passed, text = answer["passed"], answer["text"]
    except (ValueError, KeyError, TypeError):
        return Compiled(False, N_(f"The compiling process ended with status {done.returncode} and without an answer."))
    if not (passed is None or isinstance(passed, bool)) or not isinstance(text, str):
        return Compiled(False, N_("The compiling process gave an answer that is none."))
    return Compiled(passed, clean(text))
