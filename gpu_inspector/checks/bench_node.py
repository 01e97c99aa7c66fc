"""Evidence that a node of an audit sent over a network: the same program read it there, and who answers for the way.

Nobody is accused by this. Evidence without a signature that is known here is as good as the network that it came over
and the scheduler in it, and that is said beside every card that came so.
"""

from gpu_inspector.checks.answer import Answer, consistent, sign
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.node import NodeReading

_EXPECTED = N_("evidence signed by a key that is known here")
_SOURCE = N_("the signature on the evidence")


def of_node(node: NodeReading) -> Answer:
    """Whose word it is that the card was read there."""
    if not node.fingerprint:
        return sign(
            Strength.WEAK,
            N_(
                "The card was read by this program on the node {node}, and the evidence came over a network without a"
                " signature: it is as good as that network."
            ),
            expected=_EXPECTED,
            observed=N_("no signature"),
            source=_SOURCE,
            witness=N_("bench"),
            cause="network",
            innocent=(N_("the nodes of most halls have no keys of their own"),),
            advice=N_("Give the node a key of its own, or inspect the card on the node itself."),
            values={"node": node.name},
        )
    if not node.known:
        return sign(
            Strength.WEAK,
            N_(
                "The card was read by this program on the node {node}, and the evidence came over a network. It is"
                " signed by {signer}, and no certificate that was given here vouches for that key."
            ),
            expected=_EXPECTED,
            observed=N_("a key that nobody here vouches for"),
            source=_SOURCE,
            witness=N_("bench"),
            cause="network",
            innocent=(N_("a key of the node's own that nobody compared yet"),),
            advice=N_("Compare the fingerprint on the node, and give its certificate with --trust."),
            values={"node": node.name, "signer": node.signer},
        )
    return consistent(
        N_("The card was read by this program on the node {node}; the evidence is signed by {signer}, which is known."),
        expected=_EXPECTED,
        observed=node.signer,
        source=_SOURCE,
        node=node.name,
        signer=node.signer,
    )
