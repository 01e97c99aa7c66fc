"""A wish on its way to a node, and the envelope on its way back: packed, signed, and taken apart with suspicion.

What a node says is held against what it was asked, against what it said of itself before, and against its own
signature, before a single check looks at it. A node may send what a collection on its machine writes, and nothing else:
no earlier sightings, no lists, no word on who signed it.
"""

from __future__ import annotations

import secrets
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.probes import capture
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records import canonical, simulated
from gpu_inspector.records import node as of_node
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.node import Envelope, Hello, Lack, NodeGap, NodeReading, Statement, Trouble, Wish
from gpu_inspector.records.policy import PROFILES
from gpu_inspector.workflow import statements

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity
    from gpu_inspector.workflow.node_hello import Greeted

_COMPRESSION = 3
_NONCE_BYTES = 16
_LARGEST_SEED = 2**53 - 1
_MOST_MINUTES = 24 * 60
_HEX = frozenset("0123456789abcdef")
_LONGEST_SAID = (of_node.LONGEST_TEXT - 100) // 2
"""Characters of a node's own reason, and of its advice, within a sentence of ours."""
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›「」『』〝〞〟＂", "'"))
_SLIP = timedelta(seconds=1)
"""Between the beginning of an answer and the time that its evidence bears."""
ASK_AGAIN = N_("Look at the node and at the network to it, and give the same command again.")


class _Refused(CaptureError):
    """An envelope that is not what was asked for."""


def fresh(one: Wish) -> Wish:
    """The wish with a nonce of its own, drawn now: for each asking, also of the same node."""
    return replace(one, nonce=secrets.token_hex(_NONCE_BYTES))


def wish_bytes(one: Wish) -> bytes:
    """The wish as it travels."""
    return canonical.encode(one)


def wish_of(data: bytes) -> Wish:
    """A wish out of its bytes, on the node. Raises CaptureError for whatever no collector of this program writes."""
    if len(data) > of_node.LARGEST_GREETING:
        raise CaptureError("This wish is larger than any.")
    found = canonical.decode(data, Wish, N_("wish"))
    fits = (
        fit_name(found.node)
        and fit_name(found.audit)
        and len(found.nonce) == 2 * _NONCE_BYTES
        and _HEX.issuperset(found.nonce)
        and found.profile in ("", *PROFILES)
        and 0.0 <= found.minutes <= _MOST_MINUTES
        and len(found.simulate) <= of_node.LONGEST_NAME
        and 0 <= found.seed <= _LARGEST_SEED
        and found.trouble in ("", *Trouble)
        and (bool(found.simulate) or not found.trouble)
    )
    if not fits:
        raise CaptureError("This wish is none that this program carries out.")
    return found


def fit_name(text: str) -> bool:
    """Whether it can be a node's name: one printable line that is not too long."""
    return 0 < len(text) <= of_node.LONGEST_NAME and text.isprintable() and text == text.strip()


def packed(said: Statement, evidence: bytes, identity: SigningIdentity | None) -> bytes:
    """An envelope as it travels, signed where there is a key. Raises ReportError where the key does not sign."""
    statement = canonical.encode(said)
    signature = statements.sign(statement, identity) if identity is not None else b""
    small = zlib.compress(evidence, _COMPRESSION) if evidence else b""
    return msgspec.msgpack.encode(Envelope(statement=statement, signature=signature, evidence=small))


def check(data: bytes, asked: Wish, greeted: Greeted, trust: tuple[bytes, ...]) -> Evidence | NodeGap:
    """The evidence of an envelope with its `node` set, or why it does not count. Never raises for what it holds.

    `trust` are certificates (PEM or DER) of the nodes, or of who issued theirs; where any are given, evidence counts
    only with a signature that leads to one of them.
    """
    try:
        envelope, said = _opened(data)
        _require_asked(said, asked, greeted.hello)
        signer = _signer(envelope, said, greeted.hello, trust)
        if said.lack or not said.evidence_sha256:
            return gap(asked.node, _lack_of(said.lack), _reason_of(said))
        evidence = _evidence(envelope, said, asked)
    except CaptureError as error:
        return gap(asked.node, Lack.REFUSED, error.message, error.advice or ASK_AGAIN)
    reading = NodeReading(
        name=asked.node,
        audit=asked.audit,
        machine=greeted.hello.machine,
        evidence_sha256=said.evidence_sha256,
        signer=clean(signer.name, of_node.LONGEST_NAME) if signer is not None else "",
        fingerprint=signer.fingerprint if signer is not None else "",
        known=signer is not None and signer.known,
        clock_offset_s=round(greeted.offset_s, 3),
        clock_unsure_s=round(greeted.unsure_s, 3),
    )
    return replace(evidence, node=reading)


def says(*texts: str) -> str:
    """What a node gives as its reason, as its word: in a report it must not pass for what the collector saw."""
    reason = " ".join(quotable(one, _LONGEST_SAID) for one in texts if one)
    return N_(f"The node says: “{reason}”")


def quotable(text: str, longest: int = 2 * _LONGEST_SAID) -> str:
    """A node's own text, which cannot end its quotation by itself, in whatever language that is shown."""
    return clean(text, longest).translate(_QUOTES)


def gap(node: str, lack: Lack, reason: str, advice: str = "") -> NodeGap:
    """Why a node brought nothing; its own words are cut and made fit to be shown."""
    longest = of_node.LONGEST_TEXT
    return NodeGap(node=node, lack=lack, reason=clean(reason, longest), advice=clean(advice, longest))


def _opened(data: bytes) -> tuple[Envelope, Statement]:
    if len(data) > of_node.LARGEST_ENVELOPE:
        raise _Refused(N_("Its answer is larger than any."))
    try:
        envelope = msgspec.msgpack.decode(data, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _Refused(N_("Its answer is no envelope of GPU Inspector.")) from error
    if len(envelope.statement) > of_node.LARGEST_GREETING:
        raise _Refused(N_("Its answer is larger than any."))
    if msgspec.msgpack.encode(envelope) != data:
        raise _Refused(N_("Its answer is not in the form in which this program writes it."))
    said = canonical.decode(envelope.statement, Statement, N_("statement of a node"))
    if canonical.encode(said) != envelope.statement:
        raise _Refused(N_("Its answer is not in the form in which this program writes it."))
    return envelope, said


def _require_asked(said: Statement, asked: Wish, hello: Hello) -> None:
    """That it answers this very wish, as the node and the program that greeted."""
    if said.kind != of_node.KIND:
        raise _Refused(N_("What it sent is no evidence."))
    if (said.audit, said.node, said.nonce) != (asked.audit, asked.node, asked.nonce):
        raise _Refused(N_("It answered another asking than this one."))
    if said.program != hello.program or said.machine != hello.machine:
        raise _Refused(
            N_("It answered as another machine, or by another program, than it had greeted with."),
            N_("Start its worker again, and give the same command again."),
        )
    moments = (said.began_at, said.ended_at)
    if any(one.tzinfo is None for one in moments) or said.began_at > said.ended_at:
        raise _Refused(N_("The times in its answer are none."))
    slack = timedelta(seconds=2 * of_node.CLOCK_MAY_DIFFER_S)
    if said.began_at < hello.clock - slack or said.ended_at > datetime.now(UTC) + slack:
        raise _Refused(
            N_("Its clock was set while it worked."), N_("Let it be synchronised, and give the same command again.")
        )


def _signer(envelope: Envelope, said: Statement, hello: Hello, trust: tuple[bytes, ...]) -> statements.Signer | None:
    """Who signed; None where nobody did. Raises _Refused where that is not enough, or the signature does not fit."""
    if not envelope.signature:
        if hello.key:
            raise _Refused(N_("It has a key, and its answer came without a signature."))
        if trust:
            raise _Refused(
                N_("Its answer is signed by nobody, and certificates of nodes were given."),
                N_("Give the node a key (docs/audit.md), or leave --trust out."),
            )
        return None
    try:
        signer = statements.check(envelope.statement, envelope.signature, trust, said.ended_at)
    except statements.StatementError as error:
        raise _Refused(N_(f"The signature on its answer is broken: {error.message}")) from error
    if signer.fingerprint != hello.key:
        raise _Refused(N_("Its answer is signed with another key than the one it had greeted with."))
    if trust and not signer.known:
        raise _Refused(
            N_(f"Its answer is signed with a key that none of the given certificates vouches for ({signer.name})."),
            N_("Compare the fingerprint on the node, and give its certificate with --trust."),
        )
    return signer


def _lack_of(said: str) -> Lack:
    """What the node itself may say that it lacks; all else is the collector's to say."""
    own = (Lack.NO_CARD, Lack.NO_DRIVER, Lack.OTHER_PROGRAM, Lack.FAILED)
    return next((one for one in own if one.value == said), Lack.FAILED)


def _reason_of(said: Statement) -> str:
    return says(said.reason, said.advice) if said.reason else N_("It sent no evidence, and no reason.")


def _evidence(envelope: Envelope, said: Statement, asked: Wish) -> Evidence:
    data = _inflated(envelope.evidence)
    if canonical.digest(data) != said.evidence_sha256:
        raise _Refused(N_("Its evidence is not that of its answer."))
    found = capture.parse(data)
    if canonical.encode(found) != data:
        raise _Refused(N_("Its evidence is not in the form in which this program writes it."))
    _require_collected(found, asked)
    if not said.began_at - _SLIP <= found.collected_at <= said.ended_at + _SLIP:
        raise _Refused(N_("Its evidence bears another time than its answer."))
    if (found.tool_version, found.reference_version) != (said.program.build, said.program.reference_version):
        raise _Refused(N_("Its evidence was collected by another program than its answer names."))
    return found


def _inflated(small: bytes) -> bytes:
    """Out of its compression, within bounds: a few bytes may claim to be gigabytes."""
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(small, of_node.LARGEST_EVIDENCE)
    except zlib.error as error:
        raise _Refused(N_("Its evidence cannot be unpacked.")) from error
    if not machine.eof or machine.unused_data:
        raise _Refused(N_("Its evidence cannot be unpacked, or is larger than any."))
    return data


def _require_collected(found: Evidence, asked: Wish) -> None:
    """That it holds what a collection writes and nothing else, of cards or of the simulation that was asked for."""
    cards = tuple(replace(one, seen=None, tool=None, tests=(), vbios=(), rm=None) for one in found.cards)
    plain = Evidence(
        collected_at=found.collected_at,
        tool_version=found.tool_version,
        reference_version=found.reference_version,
        origin=found.origin,
        cards=cards,
        host=found.host,
        notes=found.notes,
        gaps=found.gaps,
        server=found.server,
        driver_events=found.driver_events,
    )
    if plain != found:
        raise _Refused(N_("Its evidence says what a node cannot know."))
    if asked.simulate:
        if found.origin is not Origin.SIMULATION or found.notes[:1] != (simulation_note(asked),):
            raise _Refused(N_("It was asked for a simulation, and sent something else."))
    elif found.origin is not Origin.MACHINE or simulated.marks(found):
        raise _Refused(N_("It was asked for its own cards, and sent something else."))


def simulation_note(asked: Wish) -> str:
    """The note that a simulation of this name and seed bears."""
    return f"{simulated.NOTE} {asked.simulate}, seed {asked.seed}"
