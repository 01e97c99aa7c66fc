"""Scripts of packaging/ as modules: they belong to no package, and stand beside each other."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]


def script(name: str) -> ModuleType:
    """The script of that name in packaging/ or packaging/release/, without its being run."""
    for folder in (ROOT / "packaging" / "release", ROOT / "packaging"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    return importlib.import_module(name)


def script_at(path: str) -> ModuleType:
    """The same by its path below packaging/, where several folders have a script of that name."""
    script("environment")
    name = "packaging_" + path.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found
