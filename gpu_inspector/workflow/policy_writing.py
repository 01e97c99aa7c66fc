"""A new office policy out of a TOML file or of options: what these name is read, and put inside.

The names are those of the TOML file and of the options alike (docs/office-policy.md). Places are relative to the file
that names them.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gpu_inspector.records import policy as records
from gpu_inspector.records.leaves import Leaves
from gpu_inspector.records.policy import FIELDS, PROFILES, Policy
from gpu_inspector.workflow.policy_file import PolicyError
from gpu_inspector.workflow.whole_files import read_at_most

_LARGEST = 1024 * 1024
_MANY = ("mandatory", "trusted", "watch_lists", "must_ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a policy is to say; None is not said, files are still places."""

    office: str | None = None
    number: int | None = None
    note: str | None = None
    profile: str | None = None
    no_measure: bool | None = None
    mandatory: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    data_authority: str | None = None
    watch_lists: tuple[str, ...] = ()
    must_ask: tuple[str, ...] = ()
    leaves: str | None = None
    numbers_keyed: bool | None = None
    beside: Path = field(default=Path())
    """The folder that places are relative to."""


def from_toml(path: Path) -> Wish:
    """What a TOML file wishes. Raises PolicyError with the name that is wrong."""
    try:
        data = read_at_most(path, _LARGEST)
    except OSError as error:
        raise PolicyError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error
    return replace(from_text(data, path.name), beside=path.parent)


def from_text(data: bytes, name: str) -> Wish:
    """What the bytes of a TOML file of this name wish. Raises PolicyError."""
    if len(data) > _LARGEST:
        raise PolicyError(f"{name} is larger than any such file.", "Name the TOML file.")
    try:
        said = {one.replace("-", "_"): value for one, value in tomllib.loads(data.decode("utf-8")).items()}
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{name} is no TOML ({str(error)[:200]}).", "See docs/office-policy.md.") from error
    known = {one.name for one in fields(Wish)} - {"beside"}
    if strange := sorted(said.keys() - known):
        word = strange[0].replace("_", "-")[:40]
        raise PolicyError(f"{name} names “{word}”, which no policy has.", "See docs/office-policy.md.")
    try:
        return msgspec.convert(said, Wish)
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        raise PolicyError(f"{name}: {str(error)[:200]}", "See docs/office-policy.md.") from error


def both(first: Wish, then: Wish) -> Wish:
    """The first with what the second says over it; of what there can be many, both."""
    said = {name: value for name in _single() if (value := getattr(then, name)) is not None}
    more = {name: (*_placed(first, name), *_placed(then, name)) for name in _MANY}
    authority = _one_placed(then) or _one_placed(first)
    return replace(first, **said, **more, data_authority=authority, beside=Path())  # type: ignore[arg-type]


def _single() -> tuple[str, ...]:
    return tuple(one.name for one in fields(Wish) if one.name not in (*_MANY, "data_authority", "beside"))


def _placed(wish: Wish, name: str) -> tuple[str, ...]:
    given: tuple[str, ...] = getattr(wish, name)
    return tuple(str(wish.beside / one) for one in given) if name in ("trusted", "watch_lists") else given


def _one_placed(wish: Wish) -> str | None:
    return str(wish.beside / wish.data_authority) if wish.data_authority else None


def policy_of(wish: Wish) -> Policy:
    """The policy, with the files read in. Raises PolicyError."""
    if not wish.office:
        raise PolicyError("A policy names its office.", "Give --office TEXT, or office in the TOML file.")
    if wish.number is None:
        raise PolicyError("A policy has a number, which counts up.", "Give --number N, or number in the TOML file.")
    if strange := [name for name in wish.mandatory if name not in FIELDS]:
        raise PolicyError(f"“{strange[0][:40]}” is no field that can be mandatory.", f"Use of: {', '.join(FIELDS)}")
    if wish.profile not in (None, "", *PROFILES):
        raise PolicyError(f"“{(wish.profile or '')[:40]}” is no profile.", f"Use one of {', '.join(PROFILES)}")
    if wish.leaves not in (None, "", *Leaves):
        raise PolicyError(
            f"“{(wish.leaves or '')[:40]}” is no step of what may leave.", f"Use one of {', '.join(Leaves)}"
        )
    profile = wish.profile or ""
    return Policy(
        office=wish.office,
        number=wish.number,
        made_at=datetime.now(UTC).replace(microsecond=0),
        note=wish.note or "",
        profile=profile,
        no_measure=not profile if wish.no_measure is None else wish.no_measure,
        mandatory=tuple(dict.fromkeys(wish.mandatory)),
        trusted=tuple(_certificates(one) for one in _placed(wish, "trusted")),
        data_authority=_certificates(place) if (place := _one_placed(wish)) else "",
        watch_lists=tuple(_text(one, records.LONGEST_LIST) for one in _placed(wish, "watch_lists")),
        lists_asked=tuple(dict.fromkeys(one.strip().casefold() for one in wish.must_ask)),
        leaves=wish.leaves or "",
        numbers_keyed=bool(wish.numbers_keyed),
    )


def _certificates(place: str) -> str:
    """The certificates of a file, in PEM form, and nothing else of it."""
    from gpu_inspector.report.certificate import certificates_in, pem_of

    data = _read(place, records.LONGEST_CERTIFICATES)
    if not (found := certificates_in(data)):
        raise PolicyError(f"{place} holds no certificate.", "Name a certificate in PEM or DER form.")
    return pem_of(*found).decode()


def _text(place: str, limit: int) -> str:
    try:
        return _read(place, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{place} is no signed watch-list.", "Name a file of watchlist export.") from error


def _read(place: str, limit: int) -> bytes:
    try:
        data = read_at_most(Path(place), limit)
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or error
        raise PolicyError(f"{place} cannot be read ({said}).", "Look at the name.") from error
    if len(data) > limit:
        raise PolicyError(f"{place} is larger than {limit:,} bytes, which a policy can hold.", "Name a smaller one.")
    return data
