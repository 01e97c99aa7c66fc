"""Asking a time-stamp service (RFC 3161 over HTTP): the digest goes out, a token comes back, and nothing is believed.

Only the digest leaves the house, never a word of the report. The answer must be to this very question (digest and a
number drawn for it), be signed by the certificate in it, and that be one for time stamps; else it is thrown away with
a sentence. A service that does not answer is asked again after growing pauses; one that refuses, or answers wrongly,
is not.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from asn1crypto import tsp

from gpu_inspector.errors import TimeStampError
from gpu_inspector.report import timestamp
from gpu_inspector.report.certificate import readable
from gpu_inspector.report.fetching import Fetch, FetchError, fetch, require_url
from gpu_inspector.report.tokens import DAMAGED

REQUEST = "application/timestamp-query"
PAUSES_S = (1.0, 4.0)
"""Between one try and the next; one more try than there are pauses."""
LARGEST = 256 * 1024
"""Bytes of an answer: a token with all the certificates of a long chain has some ten thousand."""
CLOCKS_APART = timedelta(minutes=10)
"""How far a service's clock and this machine's may differ before the sentence says so."""
_GRANTED = ("granted", "granted_with_mods")
_FAILURES = {
    "bad_alg": "it does not know SHA-256",
    "bad_request": "it takes the request for a wrong one",
    "bad_data_format": "it cannot read the request",
    "time_not_available": "its clock is out of order",
    "unaccepted_policy": "it does not offer this policy",
    "unaccepted_extensions": "it does not know an extension of the request",
    "add_info_not_available": "it cannot give what was asked for",
    "system_failure": "it has a failure of its own",
}


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A token in the form of `timestamp.normalised`, and the certificates (DER) that came with it."""

    token: bytes
    certificates: tuple[bytes, ...]
    at: datetime
    """By the service's clock; aware, in UTC."""
    remark: str = ""
    """Says that the two clocks differ, where they do."""


Stamp = Callable[[bytes], TimeStamp]
"""SHA-256 digest to time stamp. Raises TimeStampError."""


def stamper(
    url: str,
    policy: str = "",
    *,
    fetch: Fetch = fetch,
    pauses_s: tuple[float, ...] = PAUSES_S,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Stamp:
    """What asks the service at this URL, under this policy (dotted numbers) where one is named."""

    def stamp(digest: bytes) -> TimeStamp:
        _require(url)
        nonce = secrets.randbits(63) | 1 << 62
        answer = _asked(partial(fetch, url, _request(digest, nonce, policy), REQUEST), pauses_s, sleep)
        token = _token(answer)
        try:
            found = timestamp.verify_token(token, digest)
            form = timestamp.normalised(token)
        except ValueError as error:
            raise _useless(str(error)) from error
        if found.nonce != nonce:
            raise _useless("it answers another question than ours")
        if policy and found.policy != policy:
            raise _useless(f"it follows the policy {found.policy} instead of {policy}")
        if not readable(found.certificate):
            raise _useless("its certificate cannot be read")
        if timestamp.normalised(form) != form or len(form) > timestamp.LARGEST:
            raise _useless("it cannot be written in the one form that reports hold")
        return TimeStamp(form, (found.certificate, *found.others), found.gen_time, _apart(found.gen_time, now()))

    return stamp


def _require(url: str) -> None:
    """Not asked again and again: such an address gets no better."""
    try:
        require_url(url)
    except FetchError as error:
        raise TimeStampError(f"No time stamp could be had. {error.message}", error.advice) from error


def _request(digest: bytes, nonce: int, policy: str) -> bytes:
    asked = {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        "nonce": nonce,
        "cert_req": True,
    }
    if policy:
        asked["req_policy"] = policy
    return bytes(tsp.TimeStampReq(asked).dump())


def _asked(ask: Callable[[], bytes], pauses_s: tuple[float, ...], sleep: Callable[[float], None]) -> bytes:
    for pause in (*pauses_s, None):
        try:
            answer = ask()
        except FetchError as error:
            if pause is None:
                raise TimeStampError(f"No time stamp could be had. {error}") from error
            sleep(pause)
            continue
        if len(answer) > LARGEST:
            raise _useless(f"its answer has more than {LARGEST:,} bytes")
        return answer
    raise AssertionError("unreachable")


def _token(answer: bytes) -> bytes:
    """The token of an answer. Raises TimeStampError with the service's own reason where it refused."""
    try:
        status, token = _opened(answer)
        said, failures = status["status"].native, status["fail_info"].native or set()
        texts = status["status_string"].native or []
    except DAMAGED as error:
        raise _useless("its answer is none") from error
    if said not in _GRANTED:
        reasons = [*(_FAILURES.get(one, str(one)) for one in sorted(failures)), *(_plain(one) for one in texts)]
        raise TimeStampError(
            f"The time-stamp service refused ({'; '.join(reasons) or said}).",
            "Look at its address in the settings, or ask whoever runs it.",
        )
    if token is None:
        raise _useless("it granted a time stamp and sent none")
    return token


def _opened(answer: bytes) -> tuple[tsp.PKIStatusInfo, bytes | None]:
    """Status and token (DER): asn1crypto's own class wants a token always, and a refusal has none."""
    from asn1crypto import core, parser

    whole = core.Sequence.load(answer, strict=True)
    first = parser.parse(whole.contents)
    size = len(first[3]) + len(first[4]) + len(first[5])
    status = tsp.PKIStatusInfo.load(whole.contents[:size], strict=True)
    rest = whole.contents[size:]
    return status, rest or None


def _useless(reason: str) -> TimeStampError:
    return TimeStampError(
        f"The time stamp that came back is not to be relied on: {reason}.",
        "Choose another service in the settings, or ask whoever runs this one.",
    )


def _apart(theirs: datetime, ours: datetime) -> str:
    if abs(theirs - ours) <= CLOCKS_APART:
        return ""
    return (
        f"The time-stamp service's clock says {theirs:%Y-%m-%d %H:%M} UTC and this machine's {ours:%Y-%m-%d %H:%M}:"
        " one of them is wrong."
    )


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)[:200]
