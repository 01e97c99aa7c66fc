"""The child that sees all cards of a machine together, and copies between them: `measure --peers UUID,UUID,...`.

A process of its own, as for one card: copies between cards go through the driver's least trodden paths, and a fault in
one of them must cost no measurement of a single card.
"""

import argparse
import os
from collections.abc import Sequence
from math import isfinite

from gpu_inspector.measure import child, messages, own_process, peers
from gpu_inspector.measure.device import DeviceError, Group
from gpu_inspector.measure.voice import Voice

STEP = "peers"
_SOURCE = "measure: peers"
_SLOWEST_STEP_S = 5.0


def run(arguments: Sequence[str]) -> int:
    """Copy between the cards that `arguments` name; the exit status, as `child.run` gives it."""
    parser = argparse.ArgumentParser(prog="gpu-inspector measure --peers")
    parser.add_argument("uuids", help=f"the cards' UUIDs, with commas between them, or {child.SIMULATION}NAME")
    parser.add_argument("--seed", type=child.natural, default=0, help="of a simulation")
    asked = parser.parse_args(arguments)
    out = os.dup(1)
    # From here on whatever a library prints goes to stderr: the lines belong to the messages alone.
    os.dup2(2, 1)
    own_process.settle()
    if own_process.nobody_listens(out):
        return child.EXIT_DEFECT
    return work(asked.uuids, asked.seed, Voice(out))


def work(uuids: str, seed: int, voice: Voice) -> int:
    """The child's work; the exit status."""
    return child.walled(_SOURCE, voice, lambda: _whole(uuids, seed, voice))


def _whole(uuids: str, seed: int, voice: Voice) -> None:
    """Raises GpuInspectorError where the cards can be asked nothing more; what was measured until then was told."""
    group = _open(uuids, seed)
    voice.say(messages.Hello("", "", "", "", (STEP,)))
    _measure(group, child.salt_of(uuids, seed), voice)
    voice.say(messages.Paired())


def _measure(group: Group, salt: int, voice: Voice) -> None:
    def tell(share: float, expected_s: float, figures: dict[str, float]) -> None:
        sound = {name: round(value, 3) for name, value in figures.items() if isfinite(value)}
        voice.say(messages.Step(STEP, round(share, 4), _SLOWEST_STEP_S + 20.0 * expected_s, sound))

    def miss(reason: str, advice: str) -> None:
        voice.say(messages.Missing(_SOURCE, reason, advice))

    for one in peers.measure(group, salt, tell, miss):
        voice.say(
            messages.Pair(one.one, one.other, one.bytes_copied, one.bytes_per_s, direct=one.direct, intact=one.intact)
        )


def _open(uuids: str, seed: int) -> Group:
    if uuids.startswith(child.SIMULATION):
        from gpu_inspector.measure.simulation import group

        return group.open_group(uuids.removeprefix(child.SIMULATION), seed)
    own_process.prepare_for_cuda(uuids)
    from gpu_inspector.measure import cupy_group

    found = tuple(uuids.split(","))
    if len(found) < 2:
        raise DeviceError("Copies between cards need two of them.")
    return cupy_group.open_group(found)
