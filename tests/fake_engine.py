"""An engine without machines: the program's own functions for nodes run here, and each node can be made to fail."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from gpu_inspector.cluster.engine import Answer, Mapped, Missing, Node, Trouble, function_of, never
from gpu_inspector.errors import ClusterError

Twist = Callable[[str, bytes], bytes | Trouble]
"""Of a function's reference and what it answered: what comes instead."""


@dataclass
class FakeEngine:
    """Nodes by their names; `twists` by name are what an answer becomes."""

    names: list[str]
    twists: dict[str, Twist] = field(default_factory=dict)
    brought: tuple[str, ...] = ()
    away: dict[str, Missing] = field(default_factory=dict)
    losses: list[int] = field(default_factory=list)
    """After so many answers of a talk the scheduler is lost; one number a talk."""
    gone_for_good: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Every question: node and function."""
    finished: list[str] = field(default_factory=list)
    where: str = "nowhere"

    def nodes(self) -> tuple[Node, ...]:
        if self.gone_for_good:
            raise ClusterError("The scheduler is away.")
        return tuple(Node(name, f"fake://{at}", "host", str(at)) for at, name in enumerate(self.names))

    def talk(self) -> "FakeTalk":
        return FakeTalk(self, self.losses.pop(0) if self.losses else -1)

    def map(self, function: str, arguments: Iterable[bytes], *, timeout_s: float) -> Iterator[Mapped]:
        for index, data in enumerate(arguments):
            yield Mapped(index, function_of(function)(data, never))

    def expected(self) -> tuple[str, ...]:
        return self.brought

    def bring(self, names: Collection[str]) -> None:
        """They are there, or away."""

    def missing(self) -> Mapping[str, Missing]:
        return self.away

    def done(self, name: str) -> None:
        self.finished.append(name)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""


def _as_it_is(_function: str, said: bytes) -> bytes:
    return said


class FakeTalk:
    """Answers in the order of the questions."""

    def __init__(self, engine: FakeEngine, until_lost: int) -> None:
        self._engine, self._until_lost = engine, until_lost
        self._open: deque[tuple[Node, str, bytes]] = deque()

    @property
    def asked(self) -> int:
        return len(self._open)

    def ask(self, node: Node, function: str, data: bytes, timeout_s: float) -> None:
        self._engine.asked.append((node.name, function.rpartition(":")[2]))
        self._open.append((node, function, data))

    def answer(self, wait_s: float) -> Answer | None:
        if not self._open:
            return None
        node, function, data = self._open.popleft()
        if self._until_lost == 0:
            return Answer(node, trouble=Trouble.SCHEDULER)
        self._until_lost -= 1
        twist: Twist = self._engine.twists.get(node.name, _as_it_is)
        said: bytes | Trouble = function_of(function)(data, never)
        assert isinstance(said, bytes)
        said = twist(function, said)
        if isinstance(said, Trouble):
            return Answer(
                node, trouble=said, detail="ModuleNotFoundError" if said is Trouble.FAILED else "", seconds=90
            )
        return Answer(node, said)

    def close(self) -> None:
        self._open.clear()
