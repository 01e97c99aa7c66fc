"""What a report needs from the network, and only while it is signed: a time stamp, a revocation list, an answer.

All that comes back is a stranger's. So: HTTP and HTTPS alone, also where a redirect leads; an end to the waiting
for the whole exchange, not for each of its bytes; and an end to the size. Whether an answer is worth anything is
for others to see: nothing that comes over this door is believed for the door's sake.
"""

import http.client
import threading
from collections.abc import Callable
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from gpu_inspector.errors import ReportError

TIMEOUT_S = 10.0
LARGEST = 8 * 1024 * 1024
"""Bytes of one answer; the largest revocation lists in use have some megabytes."""
SCHEMES = ("http", "https")
_LONGEST_URL = 2000


class FetchError(ReportError):
    """Nothing came, or not what can be taken."""


Fetch = Callable[[str, bytes | None, str], bytes]
"""URL, body to send (None: only ask), its media type; the answer. Raises FetchError."""


def fetch(
    url: str, body: bytes | None = None, media: str = "", *, timeout_s: float = TIMEOUT_S, largest: int = LARGEST
) -> bytes:
    """The answer's bytes. Raises FetchError with a sentence that names the place and the reason."""
    require_url(url)
    found: list[bytes | FetchError] = []

    # a name that is looked up, or a server that sends a byte now and then, knows no time limit of its own
    def job() -> None:
        found.append(_exchanged(url, body, media, timeout_s, largest))

    worker = threading.Thread(target=job, daemon=True)
    worker.start()
    worker.join(timeout_s)
    answer = found[0] if found else FetchError(f"{_place(url)} did not answer within {timeout_s:g} seconds.")
    if isinstance(answer, FetchError):
        raise answer
    return answer


def require_url(url: str) -> None:
    """Raises FetchError where this is no address that may be asked."""
    try:
        split = urlsplit(url)
        sound = bool(split.hostname) and split.scheme in SCHEMES and split.username is None and split.port != 0
    except ValueError:
        sound = False
    if not sound or len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise FetchError(
            f"“{url[:100]}” is no address of a service.", "Write it with http:// or https://, and without a password."
        )


class _Guard(request.HTTPRedirectHandler):
    max_redirections = 3

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        try:
            require_url(newurl)
            if req.type == "https" and urlsplit(newurl).scheme != "https":
                raise FetchError(f"{_place(req.full_url)} leads to a place that is not secured.")
        except FetchError:
            fp.close()
            raise
        return request.Request(newurl, data=req.data, headers=dict(req.header_items()))  # noqa: S310


def _exchanged(url: str, body: bytes | None, media: str, timeout_s: float, largest: int) -> bytes | FetchError:
    """Runs in a thread of its own, so it hands its error over instead of raising it."""
    headers = {"User-Agent": "gpu-inspector"} | ({"Content-Type": media} if media else {})
    try:
        with _opener().open(request.Request(url, data=body, headers=headers), timeout=timeout_s) as answer:  # noqa: S310
            data: bytes = answer.read(largest + 1)
    except HTTPError as error:
        error.close()
        return FetchError(f"{_place(url)} answered with the error {error.code}.")
    except URLError as error:
        return FetchError(f"{_place(url)} cannot be reached ({_reason(error.reason)}).")
    except FetchError as error:
        return error
    except (OSError, http.client.HTTPException, ValueError) as error:
        return FetchError(f"{_place(url)} cannot be reached ({_reason(error)}).")
    if len(data) > largest:
        return FetchError(f"{_place(url)} answered with more than {largest:,} bytes.")
    return data


def _opener() -> request.OpenerDirector:
    """Urllib without its doors to files, and with one guard: a redirect may not leave HTTP, nor go back from HTTPS."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        _Guard,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _place(url: str) -> str:
    """Host and port; what stands behind them may be somebody's own."""
    return f"The service {urlsplit(url).netloc}"


def _reason(error: object) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "".join(one if one.isprintable() else " " for one in str(text))[:160]
