"""What the settings page asks for: the choices and their file, the ledger's place, the key, diagnostics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import preferences
from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.preferences import Preferences
from gpu_inspector.workflow import identities, keys, trying
from gpu_inspector.workflow.identities import Known
from gpu_inspector.workflow.keys import Shown
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.signing import Ask
from gpu_inspector.workflow.trying import Answered, Tried


@dataclass(frozen=True, slots=True)
class SettingsDoors:
    """All raise GpuInspectorError with a sentence. `load` alone is called in the window's own thread."""

    load: Callable[[], tuple[Preferences, str]]
    """The choices, and the sentence that says what was wrong with their file."""
    change: Callable[[Mapping[str, object]], Preferences]
    """Some choices made anew and written; all of them."""
    ledger: Callable[[], tuple[Path, str]]
    """The ledger that is used, and what can be said of it."""
    try_ledger: Callable[[Path], str]
    """What can be said of a ledger at this place; raises where no inspection could be kept there."""
    identity: Callable[[], Known | None]
    import_file: Callable[[Path, Ask], Shown]
    """Sign with the key of a PKCS#12 file from now on; the settings name it then."""
    import_card: Callable[[Path, str, str, Ask], Shown]
    """Likewise of a card: its library, its name, its certificate's name."""
    try_signer: Callable[[Ask], Tried]
    """The chosen key, opened and used once."""
    try_service: Callable[[str], Answered]
    """The time-stamp service of this address, asked once."""
    data: Callable[[], tuple[str, ...]]
    """The reference data that judge here, a sentence or a fact each."""
    install_data: Callable[[Path, Path | None], str]
    """Take in a signed file of reference data, with its signer's certificate where that is new; what was done."""
    own_data: Callable[[], str]
    """Judge with the program's own data again; what was done."""
    policy: Callable[[], tuple[str, ...]]
    """The office's policy that is in force, likewise."""
    install_policy: Callable[[Path, Path | None], str]
    export_certificate: Callable[[Path], Path]
    export_diagnostics: Callable[[Path, Progress], Path]


def real() -> SettingsDoors:
    """The program's own."""
    return SettingsDoors(
        load=preferences.load,
        change=preferences.change,
        ledger=_ledger,
        try_ledger=_try_ledger,
        identity=identities.signing,
        import_file=keys.import_file,
        import_card=keys.import_card,
        try_signer=trying.signer,
        try_service=trying.service,
        data=_data,
        install_data=_install_data,
        own_data=_own_data,
        policy=_policy,
        install_policy=_install_policy,
        export_certificate=identities.export,
        export_diagnostics=_export_diagnostics,
    )


def _ledger() -> tuple[Path, str]:
    from gpu_inspector.workflow import examining  # the checks behind it wait until they are asked for

    path = preferences.ledger_path()
    topic = examining.look_at_ledger(path)
    return path, f"{topic.says} {topic.advice}".strip()


def _try_ledger(path: Path) -> str:
    from gpu_inspector.workflow import examining

    topic = examining.look_at_ledger(path)
    if not topic.well:
        raise LedgerError(topic.says, topic.advice)
    return topic.says


# What is behind these waits until the page is looked at.


def _data() -> tuple[str, ...]:
    from gpu_inspector.workflow import data_standing

    found = data_standing.standing()
    signer = f"Signed by {found.signer}" if found.signer else ""
    trouble = f"{found.trouble} {found.advice}".strip()
    return tuple(filter(None, (f"{found.version}: {found.origin}", signer, *found.lines, trouble)))


def _install_data(path: Path, certificate: Path | None) -> str:
    from gpu_inspector.workflow import data_standing

    return data_standing.install_from(path, certificate)


def _own_data() -> str:
    from gpu_inspector.workflow import data_standing

    return data_standing.use_own()


def _policy() -> tuple[str, ...]:
    from gpu_inspector.workflow import policy_keeping

    found = policy_keeping.standing()
    if not found.signer and not found.trouble:
        return (N_("No office policy is in force."),)
    signer = f"Signed by {found.signer}" if found.signer else ""
    return tuple(filter(None, (found.name, signer, *found.lines, found.trouble)))


def _install_policy(path: Path, certificate: Path | None) -> str:
    from gpu_inspector.workflow import policy_keeping

    return policy_keeping.install_from(path, certificate)


def _export_diagnostics(target: Path, progress: Progress) -> Path:
    from gpu_inspector.workflow import diagnosing

    return diagnosing.export(target, progress)
