"""A folder judged by several workers of this machine: files are read here, evidence goes out, judgements come back.

What a judgement rests on stands in the evidence and in the reference data, so it is the same in every worker. Signed
reports name a declaration and data of their own, and are judged here; files keep the order of their names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.workflow import audit_captures, reviewing
from gpu_inspector.workflow.reviewing import Review

if TYPE_CHECKING:
    from gpu_inspector.cluster.engine import Engine
    from gpu_inspector.records.evidence import Evidence


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file whose evidence is with a worker."""

    path: Path
    caution: str


def review_folder(
    folder: Path, declaration: Declaration | None, catalogue: Catalogue, workers: int
) -> Iterator[Review]:
    """As `reviewing.review_folder`, by the data in use, with so many worker processes.

    Raises ClusterError where Dask is not installed, or the workers are lost for good.
    """
    from gpu_inspector.cluster import local

    with local.started(workers) as engine:
        yield from through(engine, folder, declaration, catalogue)


def through(engine: Engine, folder: Path, declaration: Declaration | None, catalogue: Catalogue) -> Iterator[Review]:
    """The same through an engine that is open."""
    line: deque[Review | _Waiting] = deque()

    def given() -> Iterator[Evidence]:
        for path in sorted(folder.iterdir()):
            if not path.is_file():
                continue
            try:
                found = reviewing.opened(path, catalogue)
                if found.inspection is None:
                    line.append(_Waiting(path, found.caution))
                    yield found.evidence
                else:
                    line.append(reviewing.review(path, declaration, catalogue))
            except GpuInspectorError as error:
                line.append(Review(path, None, str(error)))

    for evidence, judgement in audit_captures.judgements(engine, given(), declaration or Declaration()):
        yield from _ready(line)
        one = line.popleft()
        assert isinstance(one, _Waiting)
        yield Review(one.path, judgement, evidence=evidence, caution=one.caution)
    yield from _ready(line)


def _ready(line: deque[Review | _Waiting]) -> Iterator[Review]:
    """What stands at the head of the line and waits for nobody."""
    while line and isinstance(line[0], Review):
        one = line.popleft()
        assert isinstance(one, Review)
        yield one
