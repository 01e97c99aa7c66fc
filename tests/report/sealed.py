"""Signed reports of every shape that a file of ours can have, with the authorities that stand behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.x509.oid import ExtendedKeyUsageOID
from report.authorities import Party, Service, party, revocation_list
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report import archive, countersign
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.revocation import Sources
from gpu_inspector.report.signature import sign
from gpu_inspector.report.timestamp import normalised, parts
from gpu_inspector.report.tsa import TimeStamp


@dataclass(frozen=True)
class Office:
    """Everybody who signs, and the authorities above them."""

    root: Party
    issuing: Party
    officer: Party
    second: Party
    clock_root: Party
    clock: Party

    def identity(self, who: Party) -> SigningIdentity:
        return SigningIdentity(who.der, who.key, who.chain)

    def sources(self) -> Sources:
        """Every certificate and every revocation list, at hand: no network."""
        lists = tuple(revocation_list(one) for one in (self.root, self.issuing, self.clock_root))
        return Sources((self.root.der, self.issuing.der, self.clock_root.der), Proofs(lists))

    @property
    def roots(self) -> tuple[bytes, bytes]:
        return self.root.der, self.clock_root.der

    def stamp(self, digest: bytes) -> TimeStamp:
        token = normalised(Service(self.clock).token(digest))
        return TimeStamp(token, (self.clock.der, *self.clock.chain), parts(token).gen_time)


@cache
def office(days: float = 365) -> Office:
    """One for all tests; officers' certificates run out after `days`."""
    root = party("Office root", authority=True, days=7300)
    issuing = party("Office", root, authority=True, days=3650)
    clock_root = party("Clock root", authority=True, days=7300)
    clock = party("Clock", clock_root, purpose=ExtendedKeyUsageOID.TIME_STAMPING, days=3650)
    one, two = (party(name, issuing, days=days) for name in ("Officer One", "Officer Two"))
    return Office(root, issuing, one, two, clock_root, clock)


@cache
def _drawn(signer: str) -> bytes:
    record = suspicious()
    return draw(record, entry_of(record), signer=signer)


def plain(reviewer: bool = False, who: Party | None = None) -> bytes:
    """As it is first signed."""
    record, identity = suspicious(), office().identity(who or office().officer)
    body, drawn = canonical.encode(record), _drawn(identity.fingerprint)
    return sign(drawn, body, entry_of(record), identity, reason="r", place="Köln", reviewer=reviewer)


def stamped(pdf: bytes, sources: Sources | None = None) -> bytes:
    """With one more time stamp, and every proof there is."""
    held = office().sources() if sources is None else sources
    return archive.upgraded(pdf, office().stamp, datetime.now(UTC), held).pdf


def countersigned(pdf: bytes) -> bytes:
    """With the second officer's signature."""
    return countersign.countersigned(pdf, office().identity(office().second), reason="seen", place="")


SHAPES: dict[str, Callable[[], bytes]] = {
    "B-B": cache(plain),
    "B-B with a free field": cache(lambda: plain(reviewer=True)),
    "B-T": cache(lambda: stamped(SHAPES["B-B"](), Sources())),
    "B-LTA": cache(lambda: stamped(SHAPES["B-B"]())),
    "B-LTA, archived again": cache(lambda: stamped(SHAPES["B-LTA"]())),
    "countersigned": cache(lambda: countersigned(SHAPES["B-B with a free field"]())),
    "countersigned, then B-LTA": cache(lambda: stamped(SHAPES["countersigned"]())),
    "B-LTA, countersigned, archived": cache(lambda: stamped(countersigned(stamped(SHAPES["B-B with a free field"]())))),
}
"""Each made once for all tests, from the one that comes before it."""

LATER = timedelta(days=400)
"""When the officers' certificates have run out, and the authorities' have not."""
