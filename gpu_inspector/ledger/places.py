"""Where a ledger may lie: on a file system that this machine alone writes to.

SQLite's write-ahead log keeps its index in memory that all programs share, and its locks are those of the system. Over
a network neither holds: two machines may both believe that they have the write lock, and each has an index of its own,
so that rows are lost or forked without an error. So a ledger there is refused before anything is written; it may still
be read, for that harms nobody.

Asked is the mount on which the file lies, as the kernel numbers it. What lies below a file system that we accept is not
seen: a disk image on a share, an encrypting layer over one, a block device that two machines have attached.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_

_SERVER = N_("lies on another machine's disk")
_CLUSTER = N_("lies on a disk that several machines write to at once")
_HOST = N_("is the window of a virtual machine on its host, which writes to the same files by itself")
_UNKNOWN = N_("is served by a program of a kind that is not known here, which may keep the files on another machine")

KINDS: dict[str, str] = {
    # Locks of NFS are advisory to each client, and lost when the server starts anew; shared memory is each client's.
    **dict.fromkeys(("nfs", "nfs4"), _SERVER),
    # Locks work on open handles only while no lease is broken, and mapped pages are not kept alike between clients.
    **dict.fromkeys(("cifs", "smb3", "smbfs", "smb2", "fuse.smbnetfs", "ncpfs", "ncp"), _SERVER),
    # They lock in this machine's memory alone and write back whole files or late.
    **dict.fromkeys(
        ("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.goofys", "fuse.davfs", "fuse.gvfsd-fuse", "davfs", "fuse.nfs"),
        _SERVER,
    ),
    # AFS and Coda lock whole files at best, and store on close.
    **dict.fromkeys(("afs", "openafs", "kafs", "coda", "fuse.coda"), _SERVER),
    # Locks over the cluster may be had, but the write-ahead log's index would still be each machine's own.
    **dict.fromkeys(("ceph", "fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs", "glusterfs", "lustre"), _CLUSTER),
    **dict.fromkeys(("gpfs", "beegfs", "orangefs", "pvfs2", "fuse.juicefs", "fuse.mfs", "fuse.moosefs"), _CLUSTER),
    **dict.fromkeys(("gfs", "gfs2", "ocfs2"), _CLUSTER),
    # 9p is also how WSL 2 shows the disks of Windows: a program of Windows knows nothing of its locks.
    **dict.fromkeys(("9p", "drvfs"), _HOST),
    # Folders that a host shares with its guests. Within one guest virtiofs would do; nothing tells whether the host or
    # a second guest has the same ledger open, so it is refused like the others.
    **dict.fromkeys(("vboxsf", "prl_fs", "virtiofs", "vmhgfs", "fuse.vmhgfs-fuse", "fuse.prl_fsd"), _HOST),
}
"""Each kind of file system that cannot carry a ledger, as the kernel names it, and why."""

LOCAL_FUSE = frozenset(
    [
        "fuseblk",
        "fuse.ntfs-3g",
        "fuse.lowntfs-3g",
        "fuse.ext2",
        "fuse.fuse2fs",
        "fuse.exfat",
        "fuse.fuse-overlayfs",
        "fuse.mergerfs",
        "fuse.bindfs",
        "fuse.gocryptfs",
        "fuse.encfs",
        "fuse.cryfs",
        "fuse.securefs",
        "fuse.veracrypt",
        "fuse.zfs",
        "fuse.apfs",
    ]
)
"""Served by a program, and still a disk of this machine or a layer over one. Every other kind is taken for a share."""

_MAGIC: dict[int, str] = {
    0x6969: "nfs",
    0x517B: "smbfs",
    0xFF534D42: "cifs",
    0xFE534D42: "smb3",
    0x564C: "ncpfs",
    0x5346414F: "afs",
    0x6B414653: "afs",
    0x73757245: "coda",
    0x00C36400: "ceph",
    0x0BD00BD0: "lustre",
    0x47504653: "gpfs",
    0x19830326: "beegfs",
    0x20030528: "orangefs",
    0x01161970: "gfs2",
    0x7461636F: "ocfs2",
    0x01021997: "9p",
    0x786F4256: "vboxsf",
    0x7C7C6673: "prl_fs",
    0xBACBACBC: "vmhgfs",
    0x65735546: "fuse",
}
"""`f_type` of statfs(2), for systems that do not show their mounts: from linux/magic.h and each one's source."""

_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_SHARE = re.compile(r"//[^/]|[^/:]+:/|\[[^\]/]+\]:/")
"""How shares are named: //server/share, server:/folder."""
_ADVICE = N_(
    "Over it the locks between programs do not hold, and rows would be lost: name a file on a disk of this machine"
    " with --ledger, and put backups there."
)
_REMOTE_DRIVE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""
_DEVICE_PATHS = ("\\\\?\\", "\\\\.\\")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of /proc/self/mountinfo: the kernel's number for it, its folder, its kind, what is mounted."""

    number: int
    folder: PurePosixPath
    kind: str
    source: str


def mounts_of(text: str) -> tuple[Mount, ...]:
    """The mounts that the text of /proc/self/mountinfo lists (proc(5)); lines of another form are left out."""
    found = []
    for line in text.splitlines():
        before, bar, after = line.partition(" - ")
        head, tail = before.split(" "), after.split(" ")
        if bar and len(head) >= 6 and len(tail) >= 2 and head[0].isascii() and head[0].isdigit():
            found.append(Mount(int(head[0]), PurePosixPath(_plain(head[4])), tail[0], _plain(tail[1])))
    return tuple(found)


def _plain(field: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), field)


def mount_at(mounts: Iterable[Mount], number: int | None, path: PurePosixPath) -> Mount | None:
    """The mount with this number; without one, the last of those whose folder is the longest beginning of `path`."""
    known = tuple(mounts)
    for mount in known:
        if mount.number == number:
            return mount
    above = [mount for mount in known if path.is_relative_to(mount.folder)]
    return max(enumerate(above), key=lambda one: (len(one[1].folder.parts), one[0]))[1] if above else None


def reason_against(kind: str, source: str) -> str | None:
    """Why a file system of that kind cannot carry a ledger, or None; `source` tells shares of kinds not known here."""
    if kind in KINDS:
        return KINDS[kind]
    if kind in LOCAL_FUSE:
        return None
    if kind == "fuse" or kind.startswith("fuse."):
        return _SERVER if _SHARE.match(source) else _UNKNOWN
    return _SERVER if _SHARE.match(source) else None


def reason_on_windows(path: str, drive_type: Callable[[str], int]) -> str | None:
    """Why this absolute path of Windows cannot carry a ledger, or None; `drive_type` is GetDriveTypeW on a root."""
    plain = path.replace("/", "\\")
    if plain.startswith(_DEVICE_PATHS):
        rest = plain[len(_DEVICE_PATHS[0]) :]
        plain = "\\\\" + rest[4:] if rest[:4].upper() == "UNC\\" else rest
    if plain.startswith("\\\\"):
        return _SERVER
    if plain[1:2] == ":" and drive_type(plain[:2] + "\\") == _REMOTE_DRIVE:
        return _SERVER
    return None


def objection(path: Path) -> str | None:
    """The sentence why `path` cannot carry a ledger, there already or to be made; None where nothing speaks against it.

    Looks at the file and at its folder, for each may be a mount of its own. Raises OSError.
    """
    found = _on_windows(path) if sys.platform == "win32" else _on_linux(path)
    if found is None:
        return None
    kind, reason = found
    return N_(f"The ledger {path} cannot be kept there: its file system ({kind}) {reason}.")


def require_local(path: Path) -> None:
    """Raises LedgerError with that sentence, and OSError."""
    reason = objection(path)
    if reason is not None:
        raise LedgerError(reason, _ADVICE)


def _on_windows(path: Path) -> tuple[str, str] | None:
    import ctypes

    drive_type: Callable[[str], int] = ctypes.windll.kernel32.GetDriveTypeW  # type: ignore[attr-defined,unused-ignore]
    for place in (path.absolute(), path.resolve()):  # resolved, a mapped drive shows the share behind it
        reason = reason_on_windows(str(place), drive_type)
        if reason is not None:
            return N_("network drive"), reason
    return None


def _on_linux(path: Path) -> tuple[str, str] | None:
    resolved = path.resolve()
    try:
        mounts = mounts_of(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        mounts = ()
    for place in (resolved, resolved.parent):
        there = _nearest(place)
        mount = mount_at(mounts, _mount_number(there), PurePosixPath(there)) if mounts else None
        kind, source = (mount.kind, mount.source) if mount is not None else (_kind_by_magic(there), "")
        reason = reason_against(kind, source)
        if reason is not None:
            return kind, reason
    return None


def _nearest(path: Path) -> Path:
    """The path itself or the nearest folder above it that is there."""
    for place in (path, *path.parents):
        if os.path.lexists(place):
            return place
    return path


def _mount_number(path: Path) -> int | None:
    """The kernel's own answer on which mount an existing path lies: it knows what names alone cannot tell."""
    with suppress(OSError, ValueError):
        # O_PATH opens nothing, a pipe for one; the dot brings up what is mounted when first asked for.
        handle = os.open(f"{path}/." if path.is_dir() else path, os.O_PATH)
        try:
            for line in Path(f"/proc/self/fdinfo/{handle}").read_bytes().splitlines():
                name, _colon, value = line.partition(b":")
                if name == b"mnt_id":
                    return int(value)
        finally:
            os.close(handle)
    return None


def _kind_by_magic(path: Path) -> str:
    """What statfs(2) calls the file system; "" where it does not answer."""
    import ctypes

    answer = (ctypes.c_long * 64)()  # f_type comes first; the rest is larger on no system that runs the program
    try:
        library = ctypes.CDLL(None)
        if library.statfs(os.fsencode(path), answer) != 0:
            return ""
    except (OSError, AttributeError):
        return ""
    number = answer[0] & 0xFFFFFFFF
    return _MAGIC.get(number, "")
