"""Pickles of strangers: what is read of them, and that nothing in them ever runs."""

import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("distributed", reason="Dask is not installed (extra “cluster”)")

from gpu_inspector.cluster import guard
from gpu_inspector.cluster.security import open_to_others


class Bomb:
    """Unpickled, it calls what it was given."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.parts = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.parts


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_calls_something_is_a_stand_in(tmp_path: Path, protocol: int) -> None:
    target = tmp_path / "made"
    for bomb in (
        Bomb(Path.touch, target),
        [Bomb(os.mkdir, str(target))],
        {"a": Bomb(exec, f"open({str(target)!r}, 'w')")},
    ):
        data = pickle.dumps(bomb, protocol=protocol)
        try:
            found = guard.loads(data)
        except TypeError:
            found = guard.Refused()
        assert isinstance(found, guard.Refused)
        assert not target.exists()


def test_the_class_of_bytes_comes_through_and_no_other() -> None:
    assert guard.loads(pickle.dumps(bytes)) is bytes
    for kind in (bytearray, str, int, os.system, subprocess.Popen):
        with pytest.raises(TypeError):
            assert not isinstance(guard.loads(pickle.dumps(kind)), type)
            raise TypeError


def test_of_an_error_its_name_is_kept() -> None:
    found = guard.loads(pickle.dumps(ValueError("no")))
    assert isinstance(found, guard.Refused)
    assert found.said == "builtins.ValueError"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        found = guard.loads(data)
    except TypeError:
        return
    assert found is bytes or isinstance(found, guard.Refused)


def test_dask_itself_is_as_it_was_afterwards() -> None:
    core: Any = importlib.import_module("distributed.protocol.core")
    dask_pickle: Any = importlib.import_module("distributed.protocol.pickle")
    before = (core.merge_and_deserialize, core.pickle, dask_pickle.pickle)
    with guard.guarded():
        assert isinstance(dask_pickle.loads(pickle.dumps(ValueError("no"))), guard.Refused)
        assert (core.merge_and_deserialize, core.pickle, dask_pickle.pickle) != before
    assert (core.merge_and_deserialize, core.pickle, dask_pickle.pickle) == before
    assert isinstance(dask_pickle.loads(pickle.dumps(ValueError("no"))), ValueError)


def test_other_commands_load_nothing_of_dask() -> None:
    program = (
        "import sys; import gpu_inspector.cli.main; "
        "print([one for one in sys.modules if one.partition('.')[0] in ('dask', 'distributed', 'tornado', 'asyncssh')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("tcp://127.0.0.1:8786", False),
        ("tcp://localhost:8786", False),
        ("tcp://[::1]:8786", False),
        ("tls://10.0.0.1:8786", False),
        ("tcp://10.0.0.1:8786", True),
        ("tcp://0.0.0.0:8786", True),
        ("tcp://master:8786", True),
    ],
)
def test_who_listens_to_the_network_without_tls_is_told_of(address: str, is_open: bool) -> None:
    assert open_to_others(address) is is_open
