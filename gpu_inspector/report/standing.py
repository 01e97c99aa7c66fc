"""Who may be believed, and as of when: the chain of time stamps first, then each signer at the time that they prove.

A certificate runs out and can be revoked; a report is to stand longer. A time stamp of a service that the caller knows
proves that everything before it existed by then. So the newest stamp must be good on the day of the question, each
older one on the day that the next one proves, and the signer on the day that the first one proves. Without any, the
signer's own clock is all there is, and the certificate must still be good on the day of the question.

Every certificate here comes from strangers, the offered ones too, and may break the libraries that read it: what cannot
be read is a remark, and makes nobody known.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509

from gpu_inspector.language import N_
from gpu_inspector.report import trust
from gpu_inspector.report.certificate import UNREADABLE, certificates_in, name_of
from gpu_inspector.report.proofs import CLOCKS_APART, NONE, Proofs, standing
from gpu_inspector.report.trust import Purpose, Signer

T = TypeVar("T")

UNKNOWN = N_("The signer is not known here: compare the fingerprint with the office that sent the report.")


@dataclass(frozen=True, slots=True)
class Offered:
    """The certificates (DER) that the caller accepts, and what was wrong with the files that they came in."""

    certificates: tuple[bytes, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What the file itself brings: certificates for chains, and proofs on revocation (DER each)."""

    certificates: tuple[bytes, ...] = ()
    proofs: Proofs = NONE


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a signer is believed, and what to say about it."""

    trusted: bool
    remarks: tuple[str, ...] = ()


def offered_in(files: tuple[bytes, ...]) -> Offered:
    """The certificates of files in PEM or DER form."""
    found: list[bytes] = []
    remarks: list[str] = []
    for file in files:
        known = _certificates(file)
        if not known:
            remarks.append("An offered file holds no certificate that can be read.")
        found += known
    return Offered(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(remarks)))


def _certificates(file: bytes) -> tuple[bytes, ...]:
    return _or(lambda: certificates_in(file), ())


def complete(certificate: bytes, moment: datetime, held: Held) -> bool:
    """Whether the file holds the whole path to a root, and for each link a proof that it stood at the moment.

    A certificate that signed itself is a root: nobody can revoke it. This asks what the file holds, not whom to trust.
    """
    for _link in range(trust.MOST_LINKS):
        parsed = x509.load_der_x509_certificate(certificate)
        if parsed.issuer == parsed.subject:
            return True
        issuer = next((one for one in held.certificates if one != certificate and trust.issued(certificate, one)), None)
        if issuer is None or not standing(certificate, issuer, moment, held.proofs).known:
            return False
        certificate = issuer
    return False


def stamp(certificate: bytes, proven: datetime, offered: Offered, held: Held) -> Answer:
    """A time-stamp service on the day by which its stamp is proven to have existed."""
    chain, remarks = _chain(Signer(certificate, proven, Purpose.TIME, held.certificates), offered)
    if chain is None:
        begin, end = trust.lifetime(certificate)
        if not begin <= proven <= end:
            remarks.append(
                f"The time-stamp service's certificate is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d} only, and"
                " nothing that is known here proves the stamp within that time."
            )
        else:
            remarks.append("The time-stamp service is not known here, so its time proves nothing.")
        return Answer(False, tuple(remarks))
    stands, said = _standing(chain, proven, held.proofs, "time-stamp service")
    return Answer(stands, (*remarks, *said))


def signer(
    certificate: bytes,
    claimed: datetime | None,
    proven: datetime | None,
    today: datetime,
    offered: Offered,
    held: Held,
) -> Answer:
    """A signer: `claimed` is the time by its own clock, `proven` that of the first trusted stamp, if there is one."""
    moment = proven or claimed
    chain, remarks = _chain(Signer(certificate, moment, Purpose.DOCUMENT, held.certificates), offered)
    trusted = chain is not None
    if chain is None:
        remarks.append(UNKNOWN)
    elif moment is not None:
        trusted, said = _standing(chain, moment, held.proofs, "signer")
        remarks += said
    lifetime = _or(lambda: list(_timely(certificate, claimed, proven, today)), None)
    if lifetime is None:
        remarks.append("The lifetime of the signer's certificate cannot be read.")
    remarks += lifetime or ()
    if trusted and proven is None and chain is not None:
        over = [one for one in chain if trust.lifetime(one)[1] < today]
        trusted = not over
        remarks += [_ran_out("signer" if one == certificate else "authority", one) for one in over]
    return Answer(trusted, tuple(dict.fromkeys((*offered.remarks, *remarks))))


def _timely(certificate: bytes, claimed: datetime | None, proven: datetime | None, today: datetime) -> Iterator[str]:
    begin, end = trust.lifetime(certificate)
    if claimed is None or not begin <= claimed <= end:
        yield f"The signature's time is not within the certificate's, {begin:%Y-%m-%d} to {end:%Y-%m-%d}."
    elif claimed > today + CLOCKS_APART:
        yield "The signature bears a time that is still to come by this machine's clock."
    elif proven is not None and claimed > proven + CLOCKS_APART:
        yield "The signature bears a time later than the time stamp that covers it: one of the clocks is wrong."
    if proven is None and today > end:
        yield _ran_out("signer", certificate)
    elif proven is not None and proven > end:
        yield (
            f"The signer's certificate ran out on {end:%Y-%m-%d}, before the first time stamp that is known here"
            f" ({proven:%Y-%m-%d}): nothing proves that it signed in time."
        )


def _ran_out(whose: str, certificate: bytes) -> str:
    end = trust.lifetime(certificate)[1]
    return (
        f"The {whose}'s certificate ran out on {end:%Y-%m-%d}, and no time stamp that is known here proves that the"
        " report was signed before."
    )


def _chain(one: Signer, offered: Offered) -> tuple[tuple[bytes, ...] | None, list[str]]:
    remarks: list[str] = []
    for certificate in offered.certificates:
        try:
            found = trust.chain_to(certificate, one)
        except UNREADABLE:
            remarks.append("An offered certificate, or the signer's own, cannot be read; it makes nobody known.")
            continue
        if found is not None:
            return found, remarks
    return None, remarks


def _standing(chain: tuple[bytes, ...], moment: datetime, told: Proofs, whose: str) -> tuple[bool, list[str]]:
    """Whether nobody in the chain was revoked by then; and what nothing speaks of."""
    remarks: list[str] = []
    for certificate, issuer in itertools.pairwise(chain):
        found = standing(certificate, issuer, moment, told)
        name = name_of(certificate)
        if found.since is not None:
            remarks.append(f"The certificate of {name} ({whose}) was revoked on {found.since:%Y-%m-%d %H:%M} UTC.")
            return False, remarks
        if not found.known:
            remarks.append(
                f"Whether the certificate of {name} was revoked could not be looked up: the file says nothing on it for"
                f" {moment.astimezone(UTC):%Y-%m-%d}, and no network is asked."
            )
    return True, remarks


def _or(look: Callable[[], T], otherwise: T) -> T:
    try:
        return look()
    except (*UNREADABLE, x509.InvalidVersion):
        return otherwise
