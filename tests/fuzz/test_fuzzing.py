"""The fuzzer itself, ten minutes on each reader: `make prove`, or for a shorter try

    GPU_INSPECTOR_FUZZ_SECONDS=30 .venv/bin/python -m pytest -q -s -m prove tests/fuzz

As many readers at a time as there are cores. What broke one is put into the corpus, where every test run meets it.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from fuzz import running
from fuzz.targets import TARGETS

SECONDS = int(os.environ.get("GPU_INSPECTOR_FUZZ_SECONDS", "600"))
Runs = dict[str, Future[running.Outcome]]


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """All chosen readers, begun at once; each test waits for its own."""
    pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 and Python up to 3.13 alone")
    here = [item.name for item in request.session.items if item.path == Path(__file__)]
    chosen = [name for name in TARGETS if any(item.endswith(f"[{name}]") for item in here)]
    folder = tmp_path_factory.mktemp("fuzz")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {name: pool.submit(_fuzz, name, folder / name) for name in chosen}


def _fuzz(name: str, folder: Path) -> running.Outcome:
    folder.mkdir()
    return running.fuzz(name, SECONDS, folder)


@pytest.mark.prove
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_reader(name: str, runs: Runs) -> None:
    outcome = runs[name].result()
    files = [running.keep(name, data).relative_to(running.ROOT) for data in outcome.findings]
    told = [line.partition("stat::")[2] for line in outcome.log.splitlines() if line.startswith("stat::")]
    last = "\n".join(line for line in outcome.log.splitlines()[-60:] if not line.startswith(("INFO:", "#")))
    print(f"\n{name}, {SECONDS} s: {len(files)} findings; {', '.join(' '.join(one.split()) for one in told[:2])}")
    assert not files, f"{name} broke on {', '.join(map(str, files))}:\n{last}"
    assert outcome.status == 0, last
