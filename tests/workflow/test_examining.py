"""The doctor on what measures: it says what is installed, or what to install, and loads none of it."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from gpu_inspector.workflow import examining


def cuda_topic() -> examining.Topic:
    return next(topic for topic in examining.examine_machine() if topic.title == "CUDA")


@pytest.mark.parametrize(
    ("there", "says"),
    [
        pytest.param({}, "CuPy and NVRTC are missing", id="nothing"),
        pytest.param({"cupy-cuda12x": "14.2.0"}, "NVRTC that fits cupy-cuda12x 14.2.0 is missing", id="no compiler"),
        pytest.param({"nvidia-cuda-nvrtc": "13.0.1"}, "CuPy is missing", id="no CuPy"),
    ],
)
def test_what_is_missing_is_named_with_what_to_install(
    there: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(there, monkeypatch)
    topic = cuda_topic()
    assert not topic.well and topic.says.startswith(says)
    assert "gpu-inspector[cuda12]" in topic.advice


@pytest.mark.parametrize(
    ("there", "library", "says", "advice"),
    [
        pytest.param(
            {"cupy-cuda13x": "14.2.0", "nvidia-cuda-nvrtc-cu12": "12.9.86"},
            None,
            "NVRTC that fits cupy-cuda13x 14.2.0 is missing",
            "gpu-inspector[cuda13]",
            id="the compiler of another CUDA",
        ),
        pytest.param(
            {"cupy-cuda12x": "14.2.0"},
            "libnvrtc.so.13",
            "NVRTC that fits cupy-cuda12x 14.2.0 is missing",
            "gpu-inspector[cuda12]",
            id="a toolkit of another CUDA",
        ),
        pytest.param(
            {"cupy-cuda12x": "14.2.0", "cupy-cuda13x": "14.2.0", "nvidia-cuda-nvrtc-cu12": "12.9.86"},
            None,
            "cupy-cuda12x and cupy-cuda13x are installed in one place",
            "Remove both",
            id="two at once",
        ),
    ],
)
def test_parts_that_do_not_fit_each_other_are_not_well(
    there: dict[str, str], library: str | None, says: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(there, monkeypatch)
    monkeypatch.setattr(examining, "find_library", lambda name: library)
    topic = cuda_topic()
    assert not topic.well and topic.says.startswith(says) and advice in topic.advice


def test_the_compiler_of_a_fitting_toolkit_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _install({"cupy-cuda12x": "14.2.0"}, monkeypatch)
    monkeypatch.setattr(examining, "find_library", lambda name: "libnvrtc.so.12")
    assert cuda_topic().says == "cupy-cuda12x 14.2.0, libnvrtc.so.12"


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


def test_a_ledger_that_cannot_be_written_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "l.sqlite"

    def topic() -> examining.Topic:
        return next(one for one in examining.examine_places(path) if one.title == "ledger")

    assert topic().well and "first inspection" in topic().says
    # Nothing is forbidden to root, as whom tests may run: the system's answer is given for it.
    monkeypatch.setattr("os.access", lambda place, mode: Path(place) != tmp_path)
    found = topic()
    assert not found.well and str(tmp_path) in found.advice
