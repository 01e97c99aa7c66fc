"""Which program judged: the version's number, and a digest of the sources that decide and draw.

Two builds of one number may judge differently while the program is being worked on; a report of one must not be called
altered by the other. So the digest is part of every judgement, and `verify` demands the same findings and pages only
from the same build.
"""

import hashlib
from functools import cache
from pathlib import Path

from gpu_inspector import __version__

_DECIDING = ("checks/*.py", "records/*.py", "report/*.py", "workflow/judging.py", "language.py")
_PRINTED = "accuracy.json"
"""The counts that every report prints: other counts make other pages."""
_DIGITS = 8


@cache
def build() -> str:
    """Such as "0.1.0+3f2a9c01"; the number alone where the program was packed without its sources."""
    package = Path(__file__).parent
    sources = sorted(path for pattern in _DECIDING for path in package.glob(pattern))
    if not sources:
        return __version__
    whole = hashlib.sha256()
    files = [(path.relative_to(package).as_posix(), path) for path in sources]
    # Beside the package in a checkout, inside of it in a wheel; one name, so that both give one digest.
    there = (package / "data" / _PRINTED, package.parent / "resources" / _PRINTED)
    files += [(_PRINTED, path) for path in there if path.is_file()][:1]
    for name, path in files:
        data = path.read_bytes()
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return f"{__version__}+{whole.hexdigest()[:_DIGITS]}"
