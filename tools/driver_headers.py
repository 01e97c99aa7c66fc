"""For which drivers the inner calls' structures are known: compiled from the headers of every tag, and compared.

    git clone --bare https://github.com/NVIDIA/open-gpu-kernel-modules DIRECTORY
    python -m tools.driver_headers DIRECTORY

For each tag it builds tests/probes/rm_layout.c with that tag's own headers, and looks into the generated tables for
the rights that each call needs. Prints the groups of drivers with one layout, as `probes/rm_versions.py` has them, and
how each differs from the newest; needs git, tar and a C compiler (cc).
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PROGRAM = REPOSITORY / "tests" / "probes" / "rm_layout.c"
INCLUDED = ("src/common/sdk/nvidia/inc", "src/nvidia/arch/nvalloc/unix/include")
SUBDEVICE_TABLE = "src/nvidia/generated/g_subdevice_nvoc.c"
CLIENT_TABLE = "src/nvidia/generated/g_client_resource_nvoc.c"
RIGHTS = "src/nvidia/inc/kernel/rmapi/control.h"
CALLS = {
    SUBDEVICE_TABLE: ("208001a4", "20800808", "2080013f", "20801303", "20801701"),
    CLIENT_TABLE: ("205",),
}


def compiled(headers: Path, folder: Path) -> str:
    """What the program prints with these headers, without the SKU record where they have another; "" for neither."""
    program = folder / "layout"
    for left_out in ([], ["-DWITHOUT_SKU"]):
        options = ["-w", "-DUSE_HEADERS", *left_out, *(f"-I{headers / name}" for name in INCLUDED)]
        if subprocess.run(["cc", *options, "-o", program, PROGRAM], capture_output=True).returncode == 0:
            return subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return ""


def open_to_all(headers: Path) -> bool:
    """Whether each call is there and marked as open to unprivileged callers."""
    defined = re.search(r"define RMCTRL_FLAGS_NON_PRIVILEGED\s+0x([0-9a-f]+)", (headers / RIGHTS).read_text())
    if defined is None:
        return False
    for name, calls in CALLS.items():
        text = (headers / name).read_text()
        for call in calls:
            pattern = rf"/\*flags=\*/\s*0x([0-9a-f]+)u,\s*/\*accessRight=\*/\s*0x0u,\s*/\*methodId=\*/\s*0x{call}u,"
            found = re.search(pattern, text)
            if found is None or not int(found[1], 16) & int(defined[1], 16):
                return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("repository", type=Path, help="a clone of NVIDIA/open-gpu-kernel-modules, with its tags")
    git = ["git", "-C", parser.parse_args().repository]
    tags = subprocess.run([*git, "tag"], capture_output=True, text=True, check=True).stdout.split()
    tags = sorted((tag for tag in tags if re.fullmatch(r"[\d.]+", tag)), key=lambda tag: [*map(int, tag.split("."))])
    groups: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for tag in tags:
        with tempfile.TemporaryDirectory() as name:
            wanted = [*INCLUDED, SUBDEVICE_TABLE, CLIENT_TABLE, RIGHTS]
            files = subprocess.run([*git, "archive", tag, *wanted], capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x", "-C", name], input=files, check=True)
            groups[compiled(Path(name), Path(name)), open_to_all(Path(name))].append(tag)
    newest = next(text for (text, _), known in groups.items() if tags[-1] in known)
    for (text, free), known in groups.items():
        sys.stdout.write(f"\n{len(known)} drivers, {known[0]} to {known[-1]}; ")
        sys.stdout.write("open to every user" if free else "NOT open to every user")
        if not text:
            sys.stdout.write("; members are missing that the newest has")
        differing = sorted(set(text.splitlines()) ^ set(newest.splitlines())) if text else []
        sys.stdout.write("".join(f"\n  {line}" for line in differing) + "\n  " + " ".join(known) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
