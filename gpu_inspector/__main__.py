"""Two doors: any argument opens the command line, none opens the window."""

import sys


def main() -> int:
    """The exit status of whichever door was taken."""
    if len(sys.argv) > 1:
        from gpu_inspector.cli.main import main as command_line

        return command_line(sys.argv[1:])
    try:
        from gpu_inspector.gui.app import main as window
    except ImportError as error:
        # Without Qt's system libraries the import itself fails; the command line works all the same.
        print(f"gpu-inspector: {_why_no_window(error)}", file=sys.stderr)  # noqa: T201
        return 1
    return window()


def _why_no_window(error: ImportError) -> str:
    return (
        f"The window cannot open: {error}. On Debian and Ubuntu: apt install libegl1 libgl1 libxkbcommon0"
        " libfontconfig1 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1."
        " The commands work without it: gpu-inspector --help"
    )


if __name__ == "__main__":
    sys.exit(main())
