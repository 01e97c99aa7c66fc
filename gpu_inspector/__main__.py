"""Three doors: `measure` opens the child, any other argument the command line, none the window."""

import gc
import os
import sys

STOPPED = 130
"""The exit status of a command that Ctrl-C ended, as shells have it."""

COMPLETING = "_GPU_INSPECTOR_COMPLETE"
"""Set where a shell asks for the words that may follow; it gives no argument then."""


def main() -> int:
    """The exit status of whichever door was taken."""
    if sys.argv[1:2] == ["measure"]:
        _open_streams()
        from gpu_inspector.measure.child import run

        _leave(run(sys.argv[2:]))
    if _only_a_language():
        return window()
    if len(sys.argv) > 1 or COMPLETING in os.environ:
        _open_streams()
        _hurry()
        try:
            from gpu_inspector.cli.main import main as command_line

            status = command_line(sys.argv[1:])
        except KeyboardInterrupt:
            # Ctrl-C while the libraries load, or once more while the first one is being answered.
            status = STOPPED
        _leave(status)
    return window()


def _only_a_language() -> bool:
    """`--language TAG` without a command: the window, in that language; of one that is none the command line tells."""
    if len(sys.argv) < 2 or not sys.argv[1].startswith("--language"):
        return False
    from gpu_inspector import preferences
    from gpu_inspector.cli import speech

    tag, others = speech.asked(sys.argv[1:])
    if others or not speech.meant(tag):
        return False
    os.environ[preferences.LANGUAGE_VARIABLE] = tag
    return True


def window() -> int:
    """The third door alone, for a desktop's menu; its exit status."""
    _open_streams()
    try:
        from gpu_inspector.gui.app import main as open_window
    except ImportError as error:
        # Without Qt's system libraries the import itself fails; the command line works all the same.
        print(f"gpu-inspector: {_why_no_window(error)}", file=sys.stderr)  # noqa: T201
        return 1
    return open_window()


def _open_streams() -> None:
    """A caller may have closed stdin, stdout or stderr; what belongs there then goes nowhere, as with /dev/null."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for the process's life
    if sys.platform == "win32":
        from gpu_inspector import platforms

        platforms.settle_console()


def _hurry() -> None:
    """A command lives for half a second: looking for garbage while it loads its libraries costs a tenth of that."""
    gc.set_threshold(200_000, 20, 20)


def _leave(status: int) -> None:
    """End the process at once: everything is written and closed, and taking the libraries apart costs 0.1 s.

    A reader that went away, or a full disk behind stdout, makes the status 1, as Python's own way out would. Of
    stderr it does not: what an inspection found does not depend on who saw its progress.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or (1 if stream is sys.stdout else 0)
    os._exit(status)


def _why_no_window(error: ImportError) -> str:
    return (
        f"The window cannot open: {error}. On Debian and Ubuntu: apt install libegl1 libgl1 libglib2.0-0 libxkbcommon0"
        " libfontconfig1 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1."
        " The commands work without it: gpu-inspector --help"
    )


if __name__ == "__main__":
    sys.exit(main())
