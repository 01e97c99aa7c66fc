"""The kernels' compiler, asked through a child: what it answers, and what becomes of a child that answers nothing."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.measure import compiling, kernel_sources
from gpu_inspector.measure.device import Unavailable
from gpu_inspector.probes import kernels


class Nvrtc:
    """A compiler that takes every text, but for those with a mark."""

    NVRTCError = RuntimeError
    supported = (50, 75, 86, 120)

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.text = ""

    def getSupportedArchs(self) -> tuple[int, ...]:  # noqa: N802 - its name
        return self.supported

    def getVersion(self) -> tuple[int, int]:  # noqa: N802
        return 12, 9

    def createProgram(self, text: str, *_names: Any) -> str:  # noqa: N802
        self.text = text
        return text

    def compileProgram(self, _program: str, options: tuple[str, ...]) -> None:  # noqa: N802
        self.targets.append(options[0])
        if "broken" in self.text:
            raise RuntimeError("NVRTC_ERROR_COMPILATION")

    def getProgramLog(self, _program: str) -> str:  # noqa: N802
        return "log"

    def getCUBIN(self, _program: str) -> bytes:  # noqa: N802
        return b"code"

    def destroyProgram(self, _program: str) -> None:  # noqa: N802
        pass


def answered(capsys: pytest.CaptureFixture[str], compiler: Any, how_many: str = compiling.EVERY) -> dict[str, Any]:
    assert compiling.run([how_many], compiler) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_every_file_is_compiled_for_the_oldest_a_middle_and_the_newest(capsys: pytest.CaptureFixture[str]) -> None:
    nvrtc = Nvrtc()
    found = answered(capsys, lambda: nvrtc)
    assert found["passed"] is True and "sm_50, sm_86, sm_120" in found["text"]
    assert len(nvrtc.targets) == 3 * len(kernel_sources.texts())
    assert answered(capsys, Nvrtc, compiling.ONE)["text"].count("sm_") == 1


def test_a_kernel_that_does_not_compile_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_sources, "texts", lambda: {**dict.fromkeys(("die",), "broken")})
    found = answered(capsys, Nvrtc)
    assert found["passed"] is False and "die.cu does not compile for sm_50" in found["text"]


def test_without_a_compiler_nothing_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    def missing() -> Any:
        raise Unavailable("CuPy is not installed.", "Install it.")

    found = answered(capsys, missing)
    assert found["passed"] is None and "CuPy is not installed" in found["text"]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit(7)", "status 7"),
        ("print('noise')", "without an answer"),
        ("print('[1]')", "without an answer"),
        ('print(\'{"passed": 3, "text": "x"}\')', "is none"),
        ("import os; os.kill(os.getpid(), 9)", "status -9"),
    ],
)
def test_a_child_that_answers_nothing_is_a_failure(program: str, said: str) -> None:
    found = kernels.compile_all(quick=True, command=(sys.executable, "-c", program))
    assert found.passed is False and said in found.text


def test_a_child_that_cannot_be_started_is_a_failure(tmp_path: Path) -> None:
    found = kernels.compile_all(quick=True, command=(str(tmp_path / "nothing"),))
    assert found.passed is False and "could not be started" in found.text


def test_the_last_line_is_the_answer_whatever_a_library_printed() -> None:
    program = 'print("hello"); print(\'{"passed": true, "text": "well\\\\u202e"}\')'
    assert kernels.compile_all(quick=True, command=(sys.executable, "-c", program)) == kernels.Compiled(True, "well")
