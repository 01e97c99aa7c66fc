"""What lies where in the package: the bundle, its two commands, and all by which a desktop and a shell find them."""

import gzip
import os
import shutil
import stat
import sys
import time
import xml.sax.saxutils
from dataclasses import dataclass
from pathlib import Path

import bundled
import fields
import icons

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
COMMANDS = ("gpu-inspector", "gpu-inspector-gui")
COMPONENT = "org.gpu_inspector.gpu_inspector"
SCREENSHOTS = (
    ("window.png", "The verdict on a simulated card: three headlines, three columns, every finding with its reasons"),
    ("pages/bench.png", "The bench: cards, dumps and simulations, and how each stands"),
    ("pages/run.png", "A measurement of a simulated card as it runs"),
)
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/gpu-inspector",
    "zsh": "usr/share/zsh/vendor-completions/_gpu-inspector",
    "fish": "usr/share/fish/vendor_completions.d/gpu-inspector.fish",
}
COMPLETING = "_GPU_INSPECTOR_COMPLETE"
PRIVILEGED = {
    "gpu-inspector-read-rom": "usr/libexec/gpu-inspector-read-rom",
    "org.gpu-inspector.policy": "usr/share/polkit-1/actions/org.gpu-inspector.policy",
}
"""Their places are fixed: the policy names the helper's, and the program runs no other one."""
DOCUMENTS = "usr/share/doc/gpu-inspector"
GATE = "gpu-inspector-registry.service"
"""An example, since nothing runs by itself: whoever keeps a registry puts it in its place (docs/registry.md)."""


@dataclass(frozen=True)
class Plan:
    """What is built, and from what."""

    root: Path
    bundle: Path
    version: str
    epoch: int
    screenshots: str | None

    def put(self, name: str, content: bytes) -> None:
        """Write a file of the package."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def put_packed(self, name: str, content: bytes) -> None:
        """Write a file of the package, packed the way the policy of Debian wants, without a time of its own."""
        self.put(f"{name}.gz", gzip.compress(content, 9, mtime=0))

    @property
    def date(self) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(self.epoch))


def lay_out(plan: Plan, maintainer: str, tools: Path) -> None:
    """Fill the root. `tools` is the folder that holds click-man. Raises OSError and ValueError."""
    shutil.copytree(plan.bundle, plan.root / "usr/lib/gpu-inspector", symlinks=True)
    binaries = plan.root / "usr/bin"
    binaries.mkdir()
    for name in COMMANDS:
        (binaries / name).symlink_to(f"../lib/gpu-inspector/{name}")
    for name, place in PRIVILEGED.items():
        plan.put(place, (HERE.parent / "polkit" / name).read_bytes())
    plan.put("usr/share/applications/gpu-inspector.desktop", (HERE / "gpu-inspector.desktop").read_bytes())
    plan.put(f"usr/share/metainfo/{COMPONENT}.metainfo.xml", metainfo(plan).encode())
    icons.draw(PROJECT / "resources/icons/gpu-inspector.svg", plan.root / "usr/share/icons/hicolor", "gpu-inspector")
    for shell, place in COMPLETIONS.items():
        plan.put(place, completion(shell).encode())
    for name, text in manual_pages(plan, tools).items():
        plan.put_packed(f"usr/share/man/man{name[-1]}/{name}", text.encode())
    plan.put("usr/share/lintian/overrides/gpu-inspector", (HERE / "gpu-inspector.lintian-overrides").read_bytes())
    documents(plan, maintainer)


def documents(plan: Plan, maintainer: str) -> None:
    """Licences, changes and pictures, in their one place; the bundle's own copies of the licences make room."""
    payload = plan.root / "usr/lib/gpu-inspector"
    licence = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    plan.put(f"{DOCUMENTS}/copyright", fields.copyright_file(licence, bundled.parts(payload)).encode())
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    text = fields.changelog(changes, plan.version, maintainer, plan.epoch)
    plan.put_packed(f"{DOCUMENTS}/changelog", text.encode())
    (payload / "LICENSE").unlink(missing_ok=True)
    for name in ("NOTICE", "THIRD-PARTY-NOTICES.txt"):
        plan.put_packed(f"{DOCUMENTS}/{name}", (payload / name).read_bytes())
        (payload / name).unlink()
    plan.put(f"{DOCUMENTS}/examples/{GATE}", (HERE / GATE).read_bytes())
    for name, _ in SCREENSHOTS:
        plan.put(f"{DOCUMENTS}/screenshots/{name}", (PROJECT / "docs" / name).read_bytes())


def metainfo(plan: Plan) -> str:
    """What software centres show; with pictures only where they are published: the standard takes web addresses."""
    text = (HERE / f"{COMPONENT}.metainfo.xml").read_text(encoding="utf-8")
    shown = ""
    if plan.screenshots is not None:
        if not plan.screenshots.startswith(("https://", "http://")):
            raise ValueError("--screenshots takes the web address below which docs/ is published.")
        base = xml.sax.saxutils.escape(plan.screenshots.rstrip("/"))
        pictures = "".join(
            f"    <screenshot{' type=' + chr(34) + 'default' + chr(34) if number == 0 else ''}>\n"
            f"      <caption>{caption}</caption>\n      <image>{base}/{name}</image>\n    </screenshot>\n"
            for number, (name, caption) in enumerate(SCREENSHOTS)
        )
        shown = f"  <screenshots>\n{pictures}  </screenshots>\n"
    text = text.replace("  <!-- @SCREENSHOTS@ -->\n", shown)
    return text.replace("@VERSION@", fields.debian_version(plan.version)).replace("@DATE@", plan.date)


def completion(shell: str) -> str:
    """click's own completion of the command for a shell, as a file that the shell loads when it is first asked for."""
    from click.shell_completion import ShellComplete, get_completion_class

    from gpu_inspector.cli.main import commands

    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(f"click knows no completion for {shell}.")
    # Not the shell's own `source`: that of bash asks the version of this machine's bash.
    text = ShellComplete.source(kind(commands, {}, "gpu-inspector", COMPLETING))
    return text.strip() + "\n"


def manual_pages(plan: Plan, tools: Path) -> dict[str, str]:
    """Every page by its file's name."""
    # At the end: click-man alone is taken from there, everything else is the program's own.
    sys.path.append(str(tools))
    import manual
    import manual_more

    from gpu_inspector.cli.main import commands

    pages = manual.pages(commands, "gpu-inspector", plan.version, plan.date, manual_more.MORE)
    pages["gpu-inspector-gui.1"] = manual_more.window(plan.version, plan.date)
    pages["gpu-inspector-read-rom.8"] = manual_more.helper(plan.version, plan.date)
    return pages


def settle(root: Path, epoch: int) -> None:
    """One time for everything; folders and programs 755, all else 644, whatever the builder's umask was."""
    for path in sorted(root.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or is_program(path) else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    root.chmod(0o755)
    os.utime(root, (epoch, epoch))


def is_program(path: Path) -> bool:
    """What somebody may start: executable where it came from, or the helper; a library never is."""
    if path.name == "gpu-inspector-read-rom":
        return True
    return bool(path.stat().st_mode & stat.S_IXUSR) and ".so" not in path.suffixes and path.suffix != ".py"
