"""The doctor on what measures: it says what is installed, or what to install, and loads none of it."""

import subprocess
import sys
from importlib import metadata

import pytest

from gpu_inspector.workflow import examining


def cuda_topic() -> examining.Topic:
    return next(topic for topic in examining.examine_machine() if topic.title == "CUDA")


@pytest.mark.parametrize(
    ("there", "says"),
    [
        pytest.param({}, "CuPy and NVRTC missing", id="nothing"),
        pytest.param({"cupy-cuda12x": "14.2.0"}, "NVRTC missing", id="no compiler"),
        pytest.param({"nvidia-cuda-nvrtc": "13.0.1"}, "CuPy missing", id="no CuPy"),
    ],
)
def test_what_is_missing_is_named_with_what_to_install(
    there: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(there, monkeypatch)
    topic = cuda_topic()
    assert not topic.well and topic.says.startswith(says)
    assert "gpu-inspector[cuda12]" in topic.advice


def test_what_is_there_is_said_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    _install({"cupy-cuda13x": "14.2.0", "nvidia-cuda-nvrtc": "13.0.1"}, monkeypatch)
    topic = cuda_topic()
    assert topic.well and topic.says == "cupy-cuda13x 14.2.0, nvidia-cuda-nvrtc 13.0.1"


def _install(there: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name not in there:
            raise metadata.PackageNotFoundError(name)
        return there[name]

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(examining, "find_spec", lambda name: None)
    monkeypatch.setattr(examining, "find_library", lambda name: None)


def test_no_cuda_is_loaded_for_it() -> None:
    program = (
        "import sys\nfrom gpu_inspector.workflow import examining\nexamining._cuda()\n"
        "sys.exit(any(name.partition('.')[0] in ('cupy', 'cupy_backends', 'numpy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
