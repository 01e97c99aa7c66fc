"""Pickles of strangers: what is read of them, and that nothing in them ever runs."""

import importlib
import os
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
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


@pytest.mark.parametrize("allowed", [frozenset(), guard.TASKS])
def test_a_few_bytes_that_ask_for_much_room_get_none(allowed: frozenset[tuple[str, str]]) -> None:
    tracemalloc.start()
    try:
        for data in (b"\x80\x04Nr\xff\xff\xff\x00.", b"\x80\x04Np16777215\n."):
            with suppress(TypeError):
                assert isinstance(guard.loads(data, allowed), guard.Refused)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_what_was_packed_small_does_not_swell_here() -> None:
    protocol: Any = importlib.import_module("distributed.protocol")
    frames = protocol.dumps({"x": protocol.to_serialize(bytes(10**7))}, context={"compression": "zlib"})
    whole = protocol.loads(frames)["x"]
    assert len(whole) == 10**7
    with guard.guarded():
        found = protocol.loads(frames)["x"]
    assert isinstance(found, guard.Refused) or len(found) < 10**6
    plain = protocol.dumps({"x": protocol.to_serialize(bytes(10**7))}, context={"compression": None})
    with guard.guarded():
        assert protocol.loads(plain)["x"] == whole


def test_no_part_of_a_message_is_taken_more_than_once() -> None:
    core: Any = importlib.import_module("distributed.protocol.core")
    frames = [bytes(1000), bytes(1000)]
    header = {
        "serializer": "dask",
        "type-serialized": pickle.dumps(bytes),
        "sub-header": {},
        "split-num-sub-frames": (2,) * 50,
        "split-offsets": (0,) * 50,
    }
    with guard.guarded():
        assert isinstance(core.merge_and_deserialize(header, frames), guard.Refused)
        once = {**header, "split-num-sub-frames": (2,), "split-offsets": (0,)}
        assert core.merge_and_deserialize(once, frames) == bytes(2000)


def test_a_list_that_claims_more_than_any_has_is_not_made() -> None:
    core: Any = importlib.import_module("distributed.protocol.core")
    message = b"\xdd" + (2_000_000).to_bytes(4, "big") + b"\xc0" * 2_000_000
    assert len(core.loads([message])) == 2_000_000
    with guard.guarded(), pytest.raises(ValueError, match="max_array_len"):
        core.loads([message])


@pytest.mark.parametrize("odd", [pickle.dumps(ValueError("no")), b"", b"no pickle", pickle.dumps({"a": 1})])
def test_an_error_whose_traceback_is_none_is_heard_all_the_same(odd: bytes) -> None:
    client: Any = importlib.import_module("distributed.client")
    with guard.guarded():
        kind, error, trace = client.clean_exception(pickle.dumps(KeyError("no")), odd)
    assert (kind, error.said, trace) == (guard.Refused, "builtins.KeyError", None)


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
