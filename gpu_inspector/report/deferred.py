"""Packages whose heads are read only when something asks for them: signing must not wait for a web client.

The `__init__` of pyHanko's signing packages gathers every door they have, and so loads an HTTP client, the
validation of chains and the time-stamp protocols: 0.2 s and more for a process that only wants to sign. A module
below such a package does not need its head. `postpone` puts the package in place without running its head; the
first name that somebody looks up and that is not there runs it, so that whoever wants the whole package, the
examination of a report for one, gets it whole.
"""

import importlib
import sys
import threading
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Final

LOADING: Final = threading.RLock()
"""Held while libraries of the report are loaded. Their packages import each other in circles: two threads that begin
at different ends would each find the other's half."""
LONGEST_S = 20.0


class _Postponed(ModuleType):
    """A package in its place whose `__init__` has not run yet."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        # A thread that is loading such a module itself may wait for us: sooner or later one must go on.
        held = LOADING.acquire(timeout=LONGEST_S)
        try:
            below = f"{self.__name__}.{name}"
            if "__path__" in self.__dict__ and find_spec(below) is not None:  # a plain module has nothing below it
                return importlib.import_module(below)
            _run_head(self)
            return getattr(self, name)
        finally:
            if held:
                LOADING.release()


def postpone(*names: str) -> None:
    """Make each package importable without running its `__init__`; one that is loaded already stays as it is.

    Raises ImportError where a package is not installed.
    """
    for name in names:
        if name not in sys.modules:
            _place(name)


def _place(name: str) -> None:
    parent, _, child = name.rpartition(".")
    if parent:
        importlib.import_module(parent)
    spec = find_spec(name)
    if spec is None:
        raise ImportError(f"The package {name} is not installed.", name=name)
    module = module_from_spec(spec)
    module.__class__ = _Postponed
    sys.modules[name] = module
    if parent:
        setattr(sys.modules[parent], child, module)


def _run_head(module: ModuleType | None) -> None:
    """Run a package's `__init__` once, after those of its parents, as a plain import would."""
    if module is None:
        return
    _run_head(sys.modules.get(module.__name__.rpartition(".")[0]))
    if isinstance(module, _Postponed):
        module.__class__ = ModuleType  # type: ignore[assignment]
        if module.__spec__ is not None and module.__spec__.loader is not None:
            module.__spec__.loader.exec_module(module)
