"""A card or token, reached through the PKCS#11 library that came with it: one visit, one session, and its end.

A wrong PIN is tried once and never again by itself, since cards lock after a few: where the card says that one was
wrong before, the PIN that is stored somewhere is not used, and a person must type it.

The library is closed after each visit, whatever happened: that ends the session and the card's trust in this process,
also where the session could not be closed in order (the card was pulled out, the PIN was wrong).
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gpu_inspector.errors import ReportError
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.report.secret import PIN_VARIABLE, Ask, Source, nobody

if TYPE_CHECKING:
    import pkcs11

_ONE_AT_A_TIME: Final = threading.Lock()
"""A library of this kind is one for the whole process, with one login."""
_WRONG_BEFORE: Final[set[str]] = set()
"""Cards whose PIN was refused in this process: what is stored for them is not tried a second time."""
_CHOOSE = "Choose the library that came with the card: gpu-inspector key import --card MODULE"


class PinError(ReportError):
    """The PIN is missing, wrong or locked: asking a second time would only spend a second try."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where the key is: the library's path, the token's label ("" for the only one), and the key's label or "id:HEX".

    "" for `key` is the one signing certificate of the card.
    """

    module: Path
    token: str = ""
    key: str = ""

    def __str__(self) -> str:
        return f"the card “{self.token}”" if self.token else "the card"

    def source(self, ask: Ask = nobody) -> Source:
        """Where this card's PIN may come from."""
        return Source(PIN_VARIABLE, f"card:{self.token}", ask)


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN that was given for one card; None for one that is typed at the reader itself."""

    of: str
    text: str | None = field(repr=False)


@contextlib.contextmanager
def visit(card: Card) -> Iterator["pkcs11.Token"]:
    """The card, for one user at a time. Raises ReportError, also for what the card answers in the middle of it."""
    with LOADING:
        import pkcs11

    if not card.module.is_file():
        raise _unloadable(card.module, "there is no such file")
    with _ONE_AT_A_TIME:
        try:
            library = pkcs11.lib(str(card.module))
        except (pkcs11.PKCS11Error, OSError, ValueError) as error:
            raise _unloadable(card.module, str(error) or type(error).__name__) from error
        try:
            yield _token(library, card)
        except pkcs11.PKCS11Error as error:
            raise _trouble(error, card) from error
        finally:
            # Of a card that is gone, or a library that failed, nothing more is wanted than the end.
            with contextlib.suppress(pkcs11.PKCS11Error):
                library.finalize()


@contextlib.contextmanager
def session(token: "pkcs11.Token", pin: Pin | None = None) -> Iterator["pkcs11.Session"]:
    """A session on the card, with the PIN where one is given. Raises what the library raises."""
    import pkcs11

    try:
        opened = token.open(user_pin=None if pin is None else pin.text or pkcs11.PROTECTED_AUTH)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked):
        _WRONG_BEFORE.add(_identity(token))
        raise
    try:
        yield opened
    finally:
        with contextlib.suppress(pkcs11.PKCS11Error):  # the library's end closes what cannot be closed in order
            opened.close()


def pin_for(token: "pkcs11.Token", card: Card, ask: Ask) -> Pin:
    """The PIN for this card. Raises ReportError where it is locked, or nobody gives one."""
    from pkcs11 import TokenFlag

    flags, name = token.flags, _identity(token)
    if TokenFlag.USER_PIN_LOCKED & flags:
        raise _locked(card)
    if TokenFlag.PROTECTED_AUTHENTICATION_PATH & flags:
        return Pin(name, None)
    source = card.source(ask)
    last = bool(TokenFlag.USER_PIN_FINAL_TRY & flags)
    careful = last or bool(TokenFlag.USER_PIN_COUNT_LOW & flags) or name in _WRONG_BEFORE
    hint = " (the last try before it locks)" if last else " (it was given wrong before)" if careful else ""
    wanted = f"PIN of {card}{hint}"
    pin = source.typed(wanted) if careful else source.get(wanted)
    if pin is not None:
        return Pin(name, pin)
    if careful:
        raise PinError(
            f"A wrong PIN was given to {card} before, so none is taken from {PIN_VARIABLE} or the key ring.",
            "Correct it there, then call from a terminal and type the PIN once.",
        )
    raise PinError(f"A PIN is wanted for {card}, and none is offered.", source.advice())


def belongs(pin: Pin, token: "pkcs11.Token") -> bool:
    """Whether the PIN was given for this very card, and not for one of the same name."""
    return pin.of == _identity(token) and pin.of not in _WRONG_BEFORE


def accepted(pin: Pin) -> None:
    """The card took the PIN: what was wrong before is forgotten."""
    _WRONG_BEFORE.discard(pin.of)


def _token(library: Any, card: Card) -> "pkcs11.Token":
    import pkcs11

    found: list[pkcs11.Token] = []
    for slot in library.get_slots(token_present=True):
        # A slot whose card cannot be read is no card; another one may be the right one.
        with contextlib.suppress(pkcs11.PKCS11Error, UnicodeDecodeError):
            token = slot.get_token()
            if pkcs11.TokenFlag.TOKEN_INITIALIZED & token.flags:
                found.append(token)
    fitting = [one for one in found if not card.token or _label(one) == card.token]
    if len(fitting) == 1:
        return fitting[0]
    seen = ", ".join(f"“{_label(one)}”" for one in found) or "none"
    if not fitting:
        what = f"No card “{card.token}” is there" if card.token else "No card is there"
        raise ReportError(f"{what}; seen through {card.module.name}: {seen}.", "Insert the card, and try again.")
    raise ReportError(
        f"{len(fitting)} cards could be meant ({seen}).", "Take the others out, or name one with --token LABEL."
    )


def _label(token: "pkcs11.Token") -> str:
    return token.label.rstrip(" \0")


def _identity(token: "pkcs11.Token") -> str:
    return f"{_label(token)} {token.serial.hex()}"


def _unloadable(module: Path, why: str) -> ReportError:
    return ReportError(f"The card's library {module} cannot be loaded ({why}).", _CHOOSE)


def _locked(card: Card) -> ReportError:
    return PinError(
        f"The PIN of {card} is locked: it was given wrong too often.",
        "Unlock it with the PUK and the software that came with the card.",
    )


def _trouble(error: "pkcs11.PKCS11Error", card: Card) -> ReportError:
    """The sentence for what a card or its library answered; many of these errors have no text of their own."""
    import pkcs11

    if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinInvalid | pkcs11.PinLenRange):
        return PinError(
            f"The PIN of {card} is wrong; it was tried once.", "Cards lock after a few wrong ones: check it first."
        )
    if isinstance(error, pkcs11.PinLocked):
        return _locked(card)
    if isinstance(error, pkcs11.PinExpired | pkcs11.UserPinNotInitialized):
        return ReportError(f"The PIN of {card} was never set, or has run out.", "Set it with the card's own software.")
    gone = (pkcs11.TokenNotPresent, pkcs11.DeviceRemoved, pkcs11.SessionHandleInvalid, pkcs11.SessionClosed)
    if isinstance(error, (*gone, pkcs11.TokenNotRecognised)):
        return ReportError(
            f"The signing stopped because {card} is gone: it was pulled out, or its reader was.",
            "Insert it, and try again; nothing was signed.",
        )
    if isinstance(error, pkcs11.UserNotLoggedIn):
        return ReportError(f"A PIN is wanted by {card} for this key.", card.source().advice())
    if isinstance(error, pkcs11.MechanismInvalid | pkcs11.FunctionNotSupported | pkcs11.KeyTypeInconsistent):
        return ReportError(
            f"The key on {card} cannot make a signature of the kind that reports bear ({type(error).__name__}).",
            "Choose another key of the card, of P-256, P-384, P-521 or RSA.",
        )
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return ReportError(f"Something went wrong at {card} ({said}).", "Insert it anew, and try again.")
