"""The fuzzer's own process: `python -m fuzz.child TARGET [libFuzzer's options and folders]`.

Only this package is instrumented: coverage of Pillow's or pyHanko's own branches would cost speed and is not ours to
mend. The seeds run once beforehand, so that what a reader loads late is instrumented, too. FUZZ_AGAIN names a program
that starts this one with other options: libFuzzer merges in processes of its own.
"""

import contextlib
import logging
import os
import sys
import warnings


def main() -> None:
    import atheris

    name = sys.argv[1]
    warnings.simplefilter("error")
    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["gpu_inspector"]):
        from fuzz import seeds, targets

        for seed in seeds.seeds_of(name):
            with contextlib.suppress(Exception):  # met again, and told, by the fuzzer itself
                targets.run(name, seed)
    atheris.Setup([os.environ["FUZZ_AGAIN"], *sys.argv[2:]], lambda data: targets.run(name, bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
