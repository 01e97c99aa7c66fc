"""File systems on which a ledger may not lie: told before anything is written."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.cli.main import main
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import places
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]

MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /srv/akten rw - nfs4 server:/akten rw,vers=4.2
31 21 0:41 / /mnt/with\040blank\011tab rw shared:2 master:3 - cifs //server/share\040name rw
32 30 0:42 / /srv/akten/local rw - tmpfs tmpfs rw
33 21 8:2 / /over rw - ext4 /dev/sda2 rw
34 33 0:43 / /over rw - 9p C:\134 rw,aname=drvfs
not a mount at all
35 21 0:44 / /cut rw - nfs
36 21 0:45 / /short - nfs4 server:/x
"""
REFUSED = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "fuse.sshfs",
    "fuse.rclone",
    "9p",
    "afs",
    "coda",
    "ceph",
    "fuse.glusterfs",
    "lustre",
    "gpfs",
    "gfs2",
    "ocfs2",
    "vboxsf",
    "prl_fs",
    "virtiofs",
    "fuse.vmhgfs-fuse",
    "davfs",
]
TAKEN = [
    "ext4",
    "ext3",
    "xfs",
    "btrfs",
    "zfs",
    "f2fs",
    "tmpfs",
    "overlay",
    "fuseblk",
    "fuse.gocryptfs",
    "fuse.mergerfs",
    "bcachefs",
    "exfat",
    "vfat",
    "ntfs3",
]


def _lie_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, source: str = "x") -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"{places._mount_number(tmp_path)} 1 0:1 / {tmp_path.anchor} rw - {kind} {source} rw\n")
    monkeypatch.setattr(places, "_MOUNTS", mounts)


def test_mounts_are_read_with_their_escapes_and_other_lines_left_out() -> None:
    found = places.mounts_of(MOUNTS)
    assert [one.number for one in found] == [21, 30, 31, 32, 33, 34]
    assert found[2] == places.Mount(31, PurePosixPath("/mnt/with blank\ttab"), "cifs", "//server/share name")


@pytest.mark.parametrize(
    ("path", "number", "kind"),
    [
        ("/home/x/ledger.sqlite", None, "ext4"),
        ("/srv/akten/ledger.sqlite", None, "nfs4"),
        ("/srv/akten-2/ledger.sqlite", None, "ext4"),
        ("/srv/akten/local/ledger.sqlite", None, "tmpfs"),
        ("/over/ledger.sqlite", None, "9p"),
        ("/over/ledger.sqlite", 33, "ext4"),
        ("/home/x/ledger.sqlite", 31, "cifs"),
        ("/home/x/ledger.sqlite", 99, "ext4"),
    ],
)
def test_the_mount_is_the_kernels_number_or_else_the_last_and_longest(path: str, number: int | None, kind: str) -> None:
    found = places.mount_at(places.mounts_of(MOUNTS), number, PurePosixPath(path))
    assert found is not None and found.kind == kind
    assert places.mount_at((), number, PurePosixPath(path)) is None


@given(st.text())
def test_any_text_is_a_list_of_mounts(text: str) -> None:
    assert all(one.kind and one.number >= 0 for one in places.mounts_of(text) if one.kind)


@pytest.mark.parametrize("kind", REFUSED)
def test_a_ledger_on_a_share_is_refused_before_anything_is_written(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lie_on(monkeypatch, tmp_path, kind)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(LedgerError, match=rf"cannot be kept there: its file system \({kind}\) .*--ledger"):
        Ledger(tmp_path / "new" / "ledger.sqlite")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("kind", TAKEN)
def test_a_ledger_on_a_disk_of_this_machine_is_taken(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lie_on(monkeypatch, tmp_path, kind, "/dev/sda1")
    Ledger(tmp_path / "new" / "ledger.sqlite").close()


@pytest.mark.parametrize(
    ("kind", "source", "said"),
    [
        ("fuse.new", "new", "kind that is not known here"),
        ("fuse", "me@host:/home/me", "another machine"),
        ("newfs", "//server/share", "another machine"),
        ("newfs", "[fe80::1%25eth0]:/folder", "another machine"),
        ("newfs", "server:/folder", "another machine"),
    ],
)
def test_kinds_not_known_are_told_by_what_is_mounted(kind: str, source: str, said: str) -> None:
    assert said in str(places.reason_against(kind, source))


@pytest.mark.parametrize("source", ["/dev/mapper/vg-home", "tank/home", "tank:home", "C:\\", "", "//", "none"])
def test_a_disk_of_a_kind_not_known_is_taken(source: str) -> None:
    assert places.reason_against("newfs", source) is None


def test_an_existing_ledger_on_a_share_can_be_read_and_takes_nothing(
    path: Path,
    tmp_path: Path,
    new_inspection: NewInspection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Ledger(path) as ledger:
        ledger.append(new_inspection())
    before = path.read_bytes()
    _lie_on(monkeypatch, tmp_path, "nfs4", "server:/akten")
    with pytest.raises(LedgerError, match="another machine's disk"):
        Ledger(path)
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None and ledger.count() == 1
    for words in (["ledger", "verify"], ["history"]):
        assert main([*words, "--ledger", str(path)]) == 0
        said = capsys.readouterr()
        assert said.out and "cannot be kept there: its file system (nfs4)" in said.err
    assert path.read_bytes() == before


def test_a_link_is_followed_to_where_the_file_lies(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "link.sqlite"
    Ledger(path).close()
    link.symlink_to(path)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 /dev/sda rw\n2 1 0:2 / {path.parent} rw - nfs server:/x rw\n")
    monkeypatch.setattr(places, "_MOUNTS", mounts)
    monkeypatch.setattr(places, "_mount_number", lambda path: None)
    with pytest.raises(LedgerError, match="nfs"):
        Ledger(link)


@pytest.mark.parametrize("number", [0x6969, 0xFF534D42, 0x01021997, 0x65735546])
def test_where_no_mounts_are_shown_the_kernels_mark_decides(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOUNTS", tmp_path / "missing")
    assert places.objection(tmp_path / "ledger.sqlite") is None
    monkeypatch.setattr(places, "_kind_by_magic", lambda path: places._MAGIC[number])
    assert "cannot be kept there" in str(places.objection(tmp_path / "ledger.sqlite"))


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("C:\\Users\\x\\ledger.sqlite", False),
        ("\\\\?\\C:\\Users\\x\\ledger.sqlite", False),
        ("\\\\server\\share\\ledger.sqlite", True),
        ("//server/share/ledger.sqlite", True),
        ("\\\\?\\UNC\\server\\share\\ledger.sqlite", True),
        ("\\\\wsl.localhost\\Ubuntu\\home\\x", True),
        ("Z:\\ledger.sqlite", True),
        ("\\\\?\\Z:\\ledger.sqlite", True),
    ],
)
def test_shares_and_mapped_drives_of_windows(path: str, refused: bool) -> None:
    def drive_type(root: str) -> int:
        return {"C:\\": 3, "Z:\\": 4}[root]

    assert (places.reason_on_windows(path, drive_type) is not None) is refused
