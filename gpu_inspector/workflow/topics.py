"""One thing of this machine that was looked at: a record of its own, so that who only shows it loads no probe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that was looked at: whether it is well, and what to do where it is not."""

    title: str
    well: bool
    says: str
    advice: str = ""
