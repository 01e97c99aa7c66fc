"""Copies between cards: on the simulated server, on groups that fail, and on CUDA's runtime with one of our own."""

import ctypes
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gpu_inspector.measure import messages, peer_child, peers, random_words
from gpu_inspector.measure.cupy_device import Cuda
from gpu_inspector.measure.cupy_group import CupyGroup
from gpu_inspector.measure.device import Bytes, DeviceError, DeviceLost, Unavailable
from gpu_inspector.measure.simulation import group, servers
from gpu_inspector.measure.voice import Voice

UUIDS = ("GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4", "GPU-1a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4")


class Listener(Voice):
    def __init__(self) -> None:
        self.heard: list[messages.Message] = []

    def say(self, message: messages.Message) -> None:
        self.heard.append(message)


class Group:
    """Two cards or more that copy what `carry` makes of it; `fails` is asked ahead of each copy."""

    size_bytes = 1 << 16

    def __init__(
        self,
        count: int = 3,
        carry: Callable[[Bytes], Bytes] = lambda words: words,
        fails: Callable[[int, int], None] = lambda one, other: None,
        seconds: float = 0.01,
        clock_s: float = 0.0,
    ) -> None:
        self.count, self._carry, self._fails, self._seconds, self._clock_s = count, carry, fails, seconds, clock_s
        self._sent = [np.zeros(self.size_bytes, np.uint8) for _ in range(count)]
        self._received = [np.zeros(self.size_bytes, np.uint8) for _ in range(count)]
        self._now_s = 0.0

    def reach(self, one: int, other: int) -> bool:
        return (one, other) != (0, 1)

    def load(self, card: int, salt: int, number: int) -> None:
        random_words.fill(self._sent[card], salt, number)

    def clear(self, card: int) -> None:
        self._received[card][:] = 0

    def copy(self, one: int, other: int, times: int) -> float:
        self._fails(one, other)
        self._now_s += self._clock_s
        self._received[other][:] = self._carry(self._sent[one].copy())
        return self._seconds

    def received(self, card: int) -> Bytes:
        return self._received[card]

    def now_s(self) -> float:
        return self._now_s


def run(of: Any, told: list[str] | None = None) -> list[peers.Copied]:
    missed = told if told is not None else []
    return list(peers.measure(of, 7, lambda *_: None, lambda reason, advice: missed.append(reason)))


def flipped(words: Bytes) -> Bytes:
    words[12345] ^= 4
    return words


@pytest.mark.parametrize("count", [2, 3, 8])
def test_every_ordered_pair_is_measured_once_and_neighbours_first(count: int) -> None:
    found = list(peers.pairs(count))
    assert len(found) == len(set(found)) == count * (count - 1)
    assert {one for one, _ in found[:count]} == {other for _, other in found[:count]} == set(range(count))


def test_a_pair_says_how_it_went_and_how_fast() -> None:
    found = run(Group())
    assert len(found) == 6
    assert [one.direct for one in found if (one.one, one.other) == (0, 1)] == [False]
    assert all(one.intact and one.bytes_copied == 5 * 128 * Group.size_bytes for one in found)
    assert {one.bytes_per_s for one in found} == {float(f"{128 * Group.size_bytes / 0.01:.4g}")}


@pytest.mark.parametrize("carry", [flipped, lambda words: np.zeros_like(words), lambda words: words[::-1]])
def test_what_arrives_otherwise_is_not_intact(carry: Callable[[Bytes], Bytes]) -> None:
    assert not any(one.intact for one in run(Group(carry=carry)))


def test_a_pair_that_fails_costs_no_other_pair() -> None:
    class Soft(DeviceError):
        ends_all = False

    def fails(one: int, other: int) -> None:
        if (one, other) == (1, 2):
            raise Soft("The driver refused.", "Try again.")

    missed: list[str] = []
    assert len(run(Group(fails=fails), missed)) == 5
    assert missed == ["From card 2 to card 3 nothing was copied. The driver refused."]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_copies_that_give_no_time_are_said(seconds: float) -> None:
    missed: list[str] = []
    assert run(Group(2, seconds=seconds), missed) == []
    assert len(missed) == 2


def test_what_time_leaves_over_is_counted() -> None:
    missed: list[str] = []
    found = run(Group(8, clock_s=1.0), missed)
    assert 8 < len(found) < 56
    assert missed[0].startswith(f"{56 - len(found)} of 56 pairs")


def test_links_that_are_down_show_as_a_lower_rate_of_that_card_alone() -> None:
    board = servers.server("hgx-h100-8-altered", 3)
    (broken,) = [place for place, module in enumerate(board.modules) if module.down]
    (other,) = [place for place, module in enumerate(board.modules) if module.card != "genuine-h100-sxm"]
    assert broken != other
    found = run(group.open_group("hgx-h100-8-altered", 3))
    slow = [one.bytes_per_s for one in found if broken in (one.one, one.other)]
    fast = [one.bytes_per_s for one in found if broken not in (one.one, one.other)]
    assert max(slow) < min(fast)
    assert np.median(slow) / np.median(fast) == pytest.approx(17 / 18, abs=0.01)
    assert all(one.intact and one.direct for one in found)


def test_one_seed_is_one_server_and_any_seed_keeps_its_deviations_apart() -> None:
    assert servers.server("hgx-h100-8-altered", 5) == servers.server("hgx-h100-8-altered", 5)
    for seed in range(64):
        board = servers.server("hgx-h100-8-altered", seed)
        assert len({module.seed for module in board.modules}) == 8
        odd = [module for module in board.modules if module.down or module.card != "genuine-h100-sxm"]
        assert len(odd) == 2
    assert [servers.switch_of(link) for link in (0, 4, 5, 17)] == [servers.SWITCHES[n] for n in (0, 0, 1, 3)]


def test_the_child_tells_every_pair_and_its_end() -> None:
    listener = Listener()
    assert peer_child.work("simulation:hgx-h100-8", 0, listener) == 0
    pairs = [one for one in listener.heard if isinstance(one, messages.Pair)]
    assert len(pairs) == 56
    assert isinstance(listener.heard[-1], messages.Paired)


def test_the_child_says_why_it_cannot_begin_and_keeps_what_came_before_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    assert peer_child.work("simulation:nothing", 0, listener) == 3
    assert "hgx-h100-8" in str(listener.heard)

    def lost(one: int, other: int) -> None:
        if one == 2:
            raise DeviceLost("The card is gone.")

    monkeypatch.setattr(peer_child, "_open", lambda uuids, seed: Group(fails=lost))
    listener = Listener()
    assert peer_child.work("simulation:x", 0, listener) == 3
    assert len([one for one in listener.heard if isinstance(one, messages.Pair)]) == 2
    assert isinstance(listener.heard[-1], messages.Missing)

    def broken(one: int, other: int) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(peer_child, "_open", lambda uuids, seed: Group(fails=broken))
    assert peer_child.work("simulation:x", 0, Listener()) == 1


# --- CUDA's runtime, in a form of our own


class CudaError(RuntimeError):
    def __init__(self, status: int) -> None:
        super().__init__(f"cudaError{status}: words")
        self.status = status


class Runtime:
    """As many cards as `uuids`, whose memory is the host's."""

    hostAllocMapped, hostAllocPortable, streamNonBlocking, eventBlockingSync = 2, 1, 1, 1  # noqa: N815
    memcpyHostToDevice, memcpyDeviceToHost, cudaDevAttrComputeMode = 1, 2, 20  # noqa: N815

    def __init__(self, uuids: tuple[str, ...] = UUIDS, **answers: Any) -> None:
        self.uuids, self.answers = uuids, answers
        self.calls: list[tuple[Any, ...]] = []
        self.kept: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self.calls.append((name, *arguments))
            answer = self.answers.get(name, 0)
            if isinstance(answer, CudaError):
                raise answer
            return answer

        return call

    def driverGetVersion(self) -> int:  # noqa: N802
        return 12080

    def getDeviceCount(self) -> int:  # noqa: N802
        return len(self.uuids)

    def getDeviceProperties(self, card: int) -> dict[str, Any]:  # noqa: N802
        return {"uuid": bytes.fromhex(self.uuids[card].removeprefix("GPU-").replace("-", ""))}

    def malloc(self, size: int, flags: int = 0) -> int:
        self.kept.append((ctypes.c_uint8 * size)())
        return ctypes.addressof(self.kept[-1])

    hostAlloc = malloc  # noqa: N815

    def pointerGetAttributes(self, pointer: int) -> Any:  # noqa: N802
        return SimpleNamespace(devicePointer=pointer)

    def memcpyAsync(self, target: int, source: int, size: int, kind: int, stream: int) -> None:  # noqa: N802
        ctypes.memmove(target, source, size)

    def memsetAsync(self, target: int, value: int, size: int, stream: int) -> None:  # noqa: N802
        ctypes.memset(target, value, size)

    def memcpyPeerAsync(self, target: int, there: int, source: int, here: int, size: int, stream: int) -> None:  # noqa: N802
        self.calls.append(("memcpyPeerAsync", there, here))
        ctypes.memmove(target, source, size)

    def eventElapsedTime(self, start: int, end: int) -> float:  # noqa: N802
        return 2.0


def cuda_group(runtime: Runtime, uuids: tuple[str, ...] = UUIDS) -> CupyGroup:
    return CupyGroup(Cuda(runtime, None, None), uuids, 1 << 16)


def test_real_cards_behind_the_same_interface() -> None:
    runtime = Runtime(deviceCanAccessPeer=1)
    found = run(cuda_group(runtime))
    assert [(one.one, one.other, one.direct, one.intact) for one in found] == [(0, 1, True, True), (1, 0, True, True)]
    assert found[0].bytes_per_s == float(f"{128 * (1 << 16) / 0.002:.4g}")
    assert {call for call in runtime.calls if call[0] == "deviceEnablePeerAccess"} == {
        ("deviceEnablePeerAccess", 0),
        ("deviceEnablePeerAccess", 1),
    }


@pytest.mark.parametrize(
    ("answers", "direct"),
    [
        pytest.param({"deviceCanAccessPeer": 0}, False, id="no-way"),
        pytest.param({"deviceCanAccessPeer": 1, "deviceEnablePeerAccess": CudaError(704)}, True, id="already-on"),
        pytest.param({"deviceCanAccessPeer": 1, "deviceEnablePeerAccess": CudaError(711)}, False, id="too-many"),
        pytest.param({"deviceCanAccessPeer": 1, "deviceEnablePeerAccess": CudaError(217)}, False, id="unsupported"),
    ],
)
def test_whether_the_cards_reach_each_other(answers: dict[str, Any], direct: bool) -> None:
    assert {one.direct for one in run(cuda_group(Runtime(**answers)))} == {direct}


def test_another_error_of_the_peers_is_an_error_of_the_device() -> None:
    with pytest.raises(DeviceError):
        run(cuda_group(Runtime(deviceCanAccessPeer=1, deviceEnablePeerAccess=CudaError(999))))


def test_cards_that_cannot_be_used_together_are_said_at_once() -> None:
    with pytest.raises(Unavailable, match="sees 1"):
        cuda_group(Runtime(UUIDS[:1]))
    with pytest.raises(Unavailable, match="another card"):
        cuda_group(Runtime(UUIDS[::-1]))
    with pytest.raises(Unavailable, match="prohibits"):
        cuda_group(Runtime(deviceGetAttribute=2))
