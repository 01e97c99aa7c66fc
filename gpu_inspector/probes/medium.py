"""The inspection medium that the bench started from: its name, the digest of its list of files, and whether they agree.

What tells it runs from the very image, so a changed image can tell anything: the digest is for a reader who holds it
against the one that the office wrote down when the image was built. The medium's files are hashed once after the start,
by a service of the medium (packaging/medium); only its answer is read here, for the files are a gigabyte.
"""

import hashlib
import json
import re

from gpu_inspector.probes.bench import SMALL, Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.medium import MediumReading

FOLDER = "/run/live/medium/gpu-inspector"
"""Where live-boot shows the medium's own files."""
LIST = f"{FOLDER}/SHA256SUMS"
ABOUT = f"{FOLDER}/about.json"
ANSWER = "/run/gpu-inspector/medium"
"""The answer of the medium's service: who wrote it, the list's digest, and "agrees" or "differs"."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\x00-\x1f]{1,200})")
_START = "live/filesystem.squashfs"
"""Without this one in its list, a medium is none that a bench started from."""


def read(bench: Bench) -> MediumReading | None:
    """What is known of the medium; None where the bench did not start from one of this program's."""
    data = bench.data(LIST, SMALL)
    if data is None:
        return None
    listed = listed_in(data.decode("utf-8", errors="replace"))
    if listed is None or _START not in listed:
        return None
    about = bench.data(ABOUT, SMALL)
    told = _about(about or b"")
    digest = hashlib.sha256(data).hexdigest()
    own = listed.get("gpu-inspector/about.json") == hashlib.sha256(about or b"").hexdigest()
    return MediumReading(
        name=told["name"],
        built_at=told["day"],
        tool_version=told["tool"],
        sha256=digest,
        # Its own words about itself are among the files that the list is of.
        checked=agreement(bench.text(ANSWER) or "", digest) if own else False,
        driver=told["driver"],
    )


def listed_in(text: str) -> dict[str, str] | None:
    """The digest of each file of a list; None where it is no list as `sha256sum` writes it. Pure."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            return None
        found[match[2]] = match[1]
    return found or None


def agreement(answer: str, digest: str) -> bool | None:
    """Whether the service found every file of this very list unchanged; None where it has not answered yet. Pure."""
    lines = answer.splitlines()
    if lines[:1] != ["gpu-inspector medium 1"] or len(lines) < 3:
        return None
    # A list that is another one by now was exchanged after it was looked at.
    return lines[1:3] == [f"list {digest}", "files agrees"]


def _about(data: bytes) -> dict[str, str]:
    """Name, day, tool and driver as the medium's maker wrote them; "" for what is not there."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    whole = told if isinstance(told, dict) else {}
    values = {key: whole.get(key) for key in ("name", "day", "tool", "driver")}
    return {key: clean(value) if isinstance(value, str) else "" for key, value in values.items()}
