"""The words for a node of an audit: the same in reports, on terminals and in the window."""

from collections.abc import Callable

from gpu_inspector.language import _, number, said
from gpu_inspector.records.node import NodeReading

Clean = Callable[[str], str]
_DIGITS = 16


def line(node: NodeReading, clean: Clean) -> str:
    """Which node, who signed its evidence, and how its clock stood; as much as was seen, and no more."""
    name = clean(node.name)
    if node.machine.host and node.machine.host != node.name:
        name = said("{node} (host {host})", node=name, host=clean(node.machine.host))
    return "; ".join((name, signed(node, clean), clock(node)))


def signed(node: NodeReading, clean: Clean) -> str:
    """Who signed the evidence."""
    if not node.fingerprint:
        return _("signed by nobody: as good as the network that it came over")
    key = {"signer": clean(node.signer), "digest": clean(node.fingerprint)[:_DIGITS]}
    if node.known:
        return said("signed by {signer} (SHA-256 {digest}...), whose key is known here", **key)
    return said("signed by {signer} (SHA-256 {digest}...), for whose key nobody here vouches", **key)


def clock(node: NodeReading) -> str:
    """By how much its clock was away, and how well that is known."""
    return said(
        "its clock {seconds} s away, known within {within} s",
        seconds=number(node.clock_offset_s, 1),
        within=number(max(node.clock_unsure_s, 0.1), 1),
    )
