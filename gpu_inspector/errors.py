"""What can go wrong outside of this program, each with a sentence that the inspector can act on.

    GpuInspectorError
    |- ProbeError        a source could not be read; `collect` turns it into a gap
    |- CaptureError      a file that was handed in is not what it should be
    |- LedgerError       the ledger is corrupt, foreign, newer, read-only, or its disk is full
    |- ReportError       a report could not be written or signed
    |  `- TimeStampError a time-stamp service could not be reached, refused, or answered wrongly
    |- SettingsError     the user's settings or a draft could not be written
    |- PhotographError   a picture that was handed in is none, or cannot be kept
    |- DataError         the reference data that came with the program is damaged
    |- RegistryError     the registry cannot be reached, or refuses
    |  `- RegistryAway   it does not answer: what was to go there waits
    `- ClusterError      the machines of an audit cannot be reached, or their engine is not installed

Anything else that is raised is a defect of the program: it goes to the log with its trace.
"""


class GpuInspectorError(Exception):
    """The world's fault, not ours. `str()` is a sentence for people; `advice` says what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class ProbeError(GpuInspectorError):
    """A source could not be read; the evidence gets a gap with this reason."""


class CaptureError(GpuInspectorError):
    """A file that was handed in is empty, damaged, foreign or newer than this program."""


class LedgerError(GpuInspectorError):
    """The ledger cannot be used as it stands."""


class ReportError(GpuInspectorError):
    """A report could not be drawn, signed or written."""


class TimeStampError(ReportError):
    """A time-stamp service could not be reached, refused, or its answer is not to be relied on."""


class SettingsError(GpuInspectorError):
    """The settings, or the draft of a case, could not be written."""


class PhotographError(GpuInspectorError):
    """A picture that was handed in is none, is too large, or cannot be kept."""


class DataError(GpuInspectorError):
    """The reference data that came with the program is missing or damaged."""


class RegistryError(GpuInspectorError):
    """The registry of many offices cannot be used, or refuses what it was given."""


class RegistryAway(RegistryError):
    """The registry does not answer now: what was to go there waits, and nothing is lost."""


class ClusterError(GpuInspectorError):
    """The machines of an audit, or their scheduler, cannot be used."""
