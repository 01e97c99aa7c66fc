"""A record that an earlier version wrote, with fewer fields, is its own; one with a field that nobody reads is not."""

from dataclasses import dataclass

import pytest

from gpu_inspector.records import canonical


@dataclass(frozen=True, slots=True)
class Inner:
    old: int
    new: str = ""


@dataclass(frozen=True, slots=True)
class Outer:
    inner: tuple[Inner, ...]
    share: float = 0.0


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        pytest.param(b'{"inner":[{"new":"","old":1}],"share":0}', True, id="whole"),
        pytest.param(b'{"inner":[{"old":1}]}', True, id="without what came later"),
        pytest.param(b'{"inner":[]}', True, id="an empty list"),
        pytest.param(b'{"inner":[{"more":1,"old":1}]}', False, id="a field that nobody reads"),
        pytest.param(b'{"inner":[{"old":1,"old":2}]}', False, id="a field twice"),
        pytest.param(b'{"share":0,"inner":[]}', False, id="in another order"),
        pytest.param(b'{"inner": []}', False, id="with a blank"),
        pytest.param(b'{"inner":[],"share":0.0}', False, id="a number in another form"),
        pytest.param(b'{"inner":[]}\n', False, id="with a line's end"),
    ],
)
def test_what_is_a_records_own_text(data: bytes, answer: bool) -> None:
    record = canonical.decode_plain(data, Outer, "record")
    assert canonical.is_of(data, record) is answer


def test_another_records_text_is_not() -> None:
    assert not canonical.is_of(b'{"inner":[{"old":1}]}', Outer((Inner(2),)))
    assert not canonical.is_of(b'{"inner":[{"old":1}]}', Outer((Inner(1), Inner(1))))
    assert not canonical.is_of(b"no JSON", Outer(()))
