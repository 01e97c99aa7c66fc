"""Where the portable folder starts: the program's own door, in the surroundings that the user's shell gave.

PyInstaller's starter puts the folder of our libraries into LD_LIBRARY_PATH and starts itself anew. The loader has read
that by now; whatever this program starts (nvidia-smi, a browser, its own measuring child, which has a starter of its
own) must not take our libraries for the system's.
"""

import os
import sys


def restore(environment: "os._Environ[str] | dict[str, str]") -> None:
    """Take back what the starter changed."""
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]
    for name in ("LD_LIBRARY_PATH", "LIBPATH"):
        kept = environment.pop(f"{name}_ORIG", None)
        if kept is not None:
            environment[name] = kept
        elif os.name == "posix":
            environment.pop(name, None)


if __name__ == "__main__":
    restore(os.environ)
    from gpu_inspector.__main__ import main

    sys.exit(main())
