"""Nodes by hand: a wish and what comes back on it, real cards in the place of a collection's, keys of nodes."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cards import genuine, row_of

from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.node import NodeGap, Wish
from gpu_inspector.report import identity
from gpu_inspector.version import build
from gpu_inspector.workflow import node_answers, node_envelope, node_hello
from gpu_inspector.workflow.node_hello import Greeted

AUDIT = str(uuid.UUID(int=7))


def wish(node: str = "n001", **wanted: Any) -> Wish:
    return node_envelope.fresh(replace(Wish(audit=AUDIT, node=node, nonce=""), **wanted))


def greeting(asked: Wish) -> Greeted | NodeGap:
    sent = datetime.now(UTC)
    data = node_hello.hello(node_envelope.wish_bytes(asked))
    return node_hello.greeted(data, asked, node_hello.mine(), sent, datetime.now(UTC))


def counting(asked: Wish) -> Greeted:
    found = greeting(asked)
    assert isinstance(found, Greeted), found
    return found


def asked_of(wanted: Wish, *trust: bytes) -> Evidence | NodeGap:
    """Greeted, asked and checked, as an audit does it."""
    node = counting(wanted)
    return node_envelope.check(node_answers.answer(node_envelope.wish_bytes(wanted)), wanted, node, trust)


def real_cards() -> Evidence:
    """What a collection on a machine with one genuine card gives."""
    found = genuine(row_of("NVIDIA H100 PCIe"))
    version = node_hello.mine().reference_version
    return replace(
        found,
        origin=Origin.MACHINE,
        collected_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=version,
        sightings=(),
        ledger_asked=None,
        self_test=None,
    )


def key_of_node(folder: Path) -> bytes:
    """A key as `key new` makes it, in this folder; its certificate (DER)."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return identity.load_or_make(folder).certificate
