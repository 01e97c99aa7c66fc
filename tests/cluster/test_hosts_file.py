"""The file of `audit --ssh`: what a line may say, and every fault named with its line."""

import pytest

from gpu_inspector.cluster.hosts_file import LARGEST_FILE, Host, read
from gpu_inspector.errors import ClusterError


def test_a_line_says_user_host_port_node_and_python_and_may_leave_all_but_the_host_away() -> None:
    text = """
    # the hall in the east
    gpu01
    audit@gpu02.example.org:2222 rack3-unit7 python=/opt/gpu-inspector/bin/python   # the new one
    [2001:db8::7]:22 rack3-unit8
    """
    assert read(text.encode()) == (
        Host("gpu01", "gpu01"),
        Host("rack3-unit7", "gpu02.example.org", "audit", 2222, "/opt/gpu-inspector/bin/python"),
        Host("rack3-unit8", "2001:db8::7", "", 22),
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("-oProxyCommand=sh", "no \\[user@\\]host"),
        ("$(reboot)", "no \\[user@\\]host"),
        ("gpu01;reboot", "no \\[user@\\]host"),
        ("gpu01:0", "no port 0"),
        ("gpu01:65536", "no port 65536"),
        ("gpu01 ../../etc", "no name of a node"),
        ("gpu01 name\u202eemit", "no name of a node"),
        ("[2001:db8::7]", "needs a name"),
        ("gpu01 node python=$(reboot)", "no path of a Python"),
        ("gpu01 node python=-c", "no path of a Python"),
        ("gpu01 node more", "one word too many"),
        ("gpu01 node python=/bin/python more", "one word too many"),
    ],
)
def test_a_line_that_is_none_is_named_and_nothing_of_it_is_used(line: str, fault: str) -> None:
    with pytest.raises(ClusterError, match=f"line 2: .*{fault}") as caught:
        read(f"gpu00\n{line}\n".encode())
    assert "\u202e" not in str(caught.value)


def test_two_lines_of_one_name_are_named_with_the_first() -> None:
    with pytest.raises(ClusterError, match="line 3: the node gpu01 stands in line 1 already"):
        read(b"gpu01\ngpu02\nother gpu01\n")


def test_many_faults_are_counted_out_once() -> None:
    with pytest.raises(ClusterError, match=r"line 10: .*; …") as caught:
        read(b"?\n" * 5000)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("data", [b"", b"# nothing\n\n", b"\xff\xfe", b"gpu01\n" + b"#" * LARGEST_FILE])
def test_what_is_no_file_of_hosts_is_refused(data: bytes) -> None:
    with pytest.raises(ClusterError):
        read(data)
