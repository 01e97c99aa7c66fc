"""Slurm's four commands as far as an audit asks them, for machines without one: jobs are processes of this machine.

It keeps the forms of Slurm 22.05 (see tests/cluster/test_slurm_audit.py, where the real one is asked the same).
"""

import os
import stat
import sys
from pathlib import Path

_PROGRAM = """#!{python} -SE
import os, pathlib, re, signal, subprocess, sys
here = pathlib.Path(__file__).resolve().parent
name, words = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
held, preempted = ((here / one).read_text().split() for one in ("held", "preempted"))
if name == "sinfo":
    print((here / "nodes").read_text())
elif name == "sbatch":
    text = pathlib.Path(words[-1]).read_text()
    node = re.search(r"--nodelist=(\\S+)", text)[1]
    if node in (here / "refused").read_text().split():
        sys.exit("sbatch: error: Batch job submission failed: Invalid account or account/partition combination")
    job = 1
    while True:  # several are submitted at once: whoever makes the folder has the number
        try:
            (here / f"{{job}}.taken").mkdir()
            break
        except FileExistsError:
            job += 1
    (here / f"{{job}}.new").write_text(text)
    (here / f"{{job}}.new").rename(here / f"{{job}}.sh")  # whoever finds it finds all of it
    if node not in held + preempted:
        ended = f"{{here}}/{{job}}.ended"
        way = f"sh {{here}}/{{job}}.sh; echo $? >{{ended}}; mv {{ended}} {{here}}/{{job}}.status"
        env = dict(os.environ, SLURMD_NODENAME=node)
        null = subprocess.DEVNULL
        one = subprocess.Popen(["sh", "-c", way], env=env, start_new_session=True, stdin=null, stdout=null, stderr=null)
        (here / f"{{job}}.pid").write_text(str(one.pid))
    print(job)
elif name == "squeue" and "--me" in words:
    print((here / "others").read_text())
elif name == "squeue":
    for job in next(word for word in words if word.startswith("--jobs=")).partition("=")[2].split(","):
        node = re.search(r"--nodelist=(\\S+)", (here / f"{{job}}.sh").read_text())[1]
        state, code, reason = "RUNNING", 0, "None"
        if (here / f"{{job}}.left").exists():
            state = "CANCELLED"
        elif node in preempted:
            state, reason = "PREEMPTED", "None"
        elif (here / f"{{job}}.status").exists():
            code = int((here / f"{{job}}.status").read_text())
            state = "FAILED" if code else "COMPLETED"
        elif node in held:
            state, reason = "PENDING", "Resources"
        print(f"{{job}}|{{state}}|{{code * 256}}|{{reason}}")
elif name == "scancel":
    for job in words:
        if job.isdigit():
            (here / f"{{job}}.left").touch()
            if (here / f"{{job}}.pid").exists():
                try:
                    os.killpg(int((here / f"{{job}}.pid").read_text()), signal.SIGTERM)
                except ProcessLookupError:
                    pass
"""


class FakeSlurm:
    """The commands in a folder of their own; put `path` before PATH."""

    def __init__(
        self, folder: Path, nodes: str, *, held: str = "", refused: str = "", preempted: str = "", others: str = ""
    ) -> None:
        folder.mkdir()
        self.folder = folder
        program = folder / "slurm"
        program.write_text(_PROGRAM.format(python=sys.executable), encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        for name in ("sinfo", "sbatch", "squeue", "scancel"):
            (folder / name).symlink_to(program)
        for name, said in (
            ("nodes", nodes),
            ("held", held),
            ("refused", refused),
            ("preempted", preempted),
            ("others", others),
        ):
            (folder / name).write_text(said, encoding="utf-8")

    @property
    def path(self) -> str:
        return f"{self.folder}{os.pathsep}{os.environ['PATH']}"

    def scripts(self) -> dict[str, str]:
        """Every job's script by its number."""
        return {path.stem: path.read_text("utf-8") for path in self.folder.glob("*.sh")}

    def left(self) -> set[str]:
        """The jobs that were taken out of the queue."""
        return {path.stem for path in self.folder.glob("*.left")}
