"""A second officer signs a report in the field that was prepared for it.

The second signature is an approval, not a certification: it stands for what the file was when it was put on, and never
lifts the first. Anybody can fill a prepared field, so whoever verifies a report sees each signature with its own trust.
"""

from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError  # noqa: TID251
from pyhanko.sign.fields import enumerate_sig_fields  # noqa: TID251
from pyhanko.sign.general import SigningError  # noqa: TID251
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup  # noqa: TID251

from gpu_inspector.errors import ReportError
from gpu_inspector.report import examine
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import REVIEWER, _Writer, dictionary_of, enveloped, plain


def countersigned(pdf: bytes, identity: SigningIdentity, *, reason: str, place: str) -> bytes:
    """The report with the second officer's signature behind it, in one more revision; the bytes before it stay.

    The time is this machine's clock. Raises ReportError: it is no intact report, no field was prepared, the field is
    signed already, or this certificate signed the report itself.
    """
    found = examine.examine(pdf)
    if not found.intact:
        why = found.problems[0] if found.problems else "It is no report of this program."
        raise ReportError(f"Only an intact report can be countersigned. {why}", "Ask for the report as it was signed.")
    if found.fingerprint == identity.fingerprint:
        raise ReportError(
            "The same certificate cannot sign a report twice.", "A countersignature is that of a second officer."
        )
    try:
        return _signed(_Writer(BytesIO(pdf)), identity, plain(reason), plain(place))
    except (PdfError, SigningError) as error:
        raise ReportError(f"The report could not be countersigned ({error}).") from error


def _signed(writer: _Writer, identity: SigningIdentity, reason: str, place: str) -> bytes:
    prepared = {name: value for name, value, _place in enumerate_sig_fields(writer)}
    if REVIEWER not in prepared:
        raise ReportError(
            "No second signature was foreseen when this report was signed, and its first one forbids every other.",
            "Switch countersignatures on in the settings and make the report again with: gpu-inspector report ID FILE",
        )
    if prepared[REVIEWER] is not None:
        raise ReportError("The report is countersigned already.", "A report has room for two signatures.")
    steps = PdfCMSEmbedder().write_cms(REVIEWER, writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=dictionary_of(identity, reason, place)))
    return enveloped(steps, identity)
