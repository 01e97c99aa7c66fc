"""Forgers at work: every change to a report is found, whoever made it."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from report.forgery import before_signing, gap_of, resigned
from report.report_records import inspection

from gpu_inspector.records import canonical
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity


def _text_behind(signed: bytes) -> bytes:
    return signed + b"a line behind the end\n"


def _newline_behind(signed: bytes) -> bytes:
    return signed + b"\n"


def _much_behind(signed: bytes) -> bytes:
    return signed + b"%" + b"x" * 100_000 + b"\n"


def _byte_in_front(signed: bytes) -> bytes:
    return b"\n" + signed


def _truncated(signed: bytes) -> bytes:
    return signed[: len(signed) * 2 // 3]


def _last_byte_cut(signed: bytes) -> bytes:
    return signed[:-1]


def _signature_dropped(signed: bytes) -> bytes:
    return signed[: signed.index(b"%%EOF\n") + 6]


def _updated(signed: bytes, change: Callable[[Any], None]) -> bytes:
    writer: Any = IncrementalPdfFileWriter(BytesIO(signed))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _no_op_update(signed: bytes) -> bytes:
    return _updated(signed, lambda writer: writer.update_root())


def _loose_object(signed: bytes) -> bytes:
    def change(writer: Any) -> None:
        writer.add_object(generic.pdf_string("loose"))

    return _updated(signed, change)


def _dictionary(entries: dict[Any, Any]) -> Any:
    return generic.DictionaryObject(entries)  # type: ignore[no-untyped-call]


def _annotation(signed: bytes) -> bytes:
    def change(writer: Any) -> None:
        note = _dictionary(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
                generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
                generic.pdf_name("/Contents"): generic.pdf_string("CONSISTENT"),
            }
        )
        writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))

    return _updated(signed, change)


def _open_action(signed: bytes) -> bytes:
    def change(writer: Any) -> None:
        action = {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.pdf_string("1"),
        }
        writer.root["/OpenAction"] = _dictionary(action)
        writer.update_root()

    return _updated(signed, change)


def _second_attachment(signed: bytes) -> bytes:
    def change(writer: Any) -> None:
        stream = embed.EmbeddedFileObject.from_file_data(writer, b"{}")
        embed.embed_file(writer, embed.FileSpec("inspection2.json", embedded_data=stream))

    return _updated(signed, change)


def _swapped_attachment(signed: bytes) -> bytes:
    def change(writer: Any) -> None:
        spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        stream = embed.EmbeddedFileObject.from_file_data(writer, canonical.encode(inspection()))
        spec["/EF"]["/F"] = stream.ef_stream_ref
        spec["/EF"]["/UF"] = stream.ef_stream_ref
        writer.update_container(spec)

    return _updated(signed, change)


def _rewritten(signed: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(signed)) as opened:
        opened.save(out)
    return out.getvalue()


def _range(pattern: bytes) -> Callable[[bytes], bytes]:
    def change(signed: bytes) -> bytes:
        found = re.search(rb"/ByteRange \[[^\]]*\]", signed)
        assert found is not None
        return signed[: found.start()] + (b"/ByteRange " + pattern).ljust(len(found[0])) + signed[found.end() :]

    return change


def _widened_gap(signed: bytes) -> bytes:
    """The gap grows by ten digits and everything behind moves: the numbers of the range are put right."""
    first, second = gap_of(signed)
    wider = signed[: second - 1] + b"0" * 10 + signed[second - 1 :]
    old = re.search(rb"/ByteRange \[[^\]]*\]", signed)
    assert old is not None
    new = b"/ByteRange [0 %d %d %d]" % (first, second + 10, len(signed) - second)
    return wider.replace(old[0], new.ljust(len(old[0])))


def _key_renamed(key: bytes) -> Callable[[bytes], bytes]:
    def change(signed: bytes) -> bytes:
        place = signed.rindex(key)
        return signed[:place] + key[:-1] + b"X" + signed[place + len(key) :]

    return change


def _emptied_gap(signed: bytes) -> bytes:
    first, second = gap_of(signed)
    return signed[: first + 1] + b"0" * (second - first - 2) + signed[second - 1 :]


ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "text-behind-the-end": _text_behind,
    "newline-behind-the-end": _newline_behind,
    "much-behind-the-end": _much_behind,
    "byte-in-front": _byte_in_front,
    "truncated": _truncated,
    "last-byte-cut": _last_byte_cut,
    "signature-dropped": _signature_dropped,
    "no-op-update": _no_op_update,
    "loose-object-added": _loose_object,
    "annotation-over-the-page": _annotation,
    "open-action": _open_action,
    "second-attachment": _second_attachment,
    "swapped-attachment": _swapped_attachment,
    "rewritten-by-another-program": _rewritten,
    "range-of-zeros": _range(b"[0 0 0 0]"),
    "range-negative": _range(b"[0 -1 10 10]"),
    "range-of-three": _range(b"[0 10 20]"),
    "range-of-words": _range(b"[/A /B /C /D]"),
    "range-wrapped": _range(b"[0 100 200 300]"),
    "gap-widened": _widened_gap,
    "gap-emptied": _emptied_gap,
    "contents-renamed": _key_renamed(b"/Contents"),
    "range-renamed": _key_renamed(b"/ByteRange"),
    "empty": lambda _signed: b"",
    "one-megabyte-of-zeros": lambda _signed: bytes(1_000_000),
    "only-a-header": lambda _signed: b"%PDF-1.7\n%%EOF\n",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_found_and_named(attack: Callable[[bytes], bytes], signed: bytes) -> None:
    changed = attack(signed)
    assert changed != signed
    found = examine(changed)
    assert not found.intact and not found.trusted
    assert found.problems and all(sentence.endswith(".") for sentence in found.problems)
    assert found.record is None


def test_an_unsigned_file_says_so(drawn: bytes) -> None:
    assert examine(drawn).problems == ("The file is not signed.",)


def _no_others() -> SimpleCertificateStore:
    return SimpleCertificateStore()  # type: ignore[no-untyped-call]


def test_a_second_signature_is_refused(drawn: bytes, identity: SigningIdentity) -> None:
    """Only a signer who does not forbid changes lets another sign; ours forbids them, so this makes one by hand."""

    assert isinstance(identity.key, ec.EllipticCurvePrivateKey)
    key = identity.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    signer = SimpleSigner(asn1.Certificate.load(identity.certificate), keys.PrivateKeyInfo.load(key), _no_others())
    pdf = drawn
    for name in ("GPUInspector", "Second"):
        out = PdfSigner(PdfSignatureMetadata(field_name=name), signer, new_field_spec=SigFieldSpec(name)).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf))
        )
        pdf = out.getvalue()
        found = examine(pdf, (identity.certificate,))
        assert not found.intact and found.problems
    assert any("signature" in problem for problem in found.problems)


def _annotate(opened: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 9, 9], Contents=pikepdf.String("x")
    )
    opened.pages[0].Annots = pikepdf.Array([opened.make_indirect(note)])


def _act(opened: pikepdf.Pdf) -> None:
    opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))


def _act_on_page(opened: pikepdf.Pdf) -> None:
    opened.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1")))


def _attach(opened: pikepdf.Pdf) -> None:
    opened.attachments["a.json"] = b"{}"


def test_a_file_that_another_program_wrote_before_signing_is_intact(drawn: bytes, identity: SigningIdentity) -> None:
    """So that the next test sees what was hidden, and not the other program's hand."""
    assert examine(resigned(before_signing(lambda _opened: None)(drawn), identity)).problems == ()


@pytest.mark.parametrize("change", [_annotate, _act, _act_on_page, _attach])
def test_what_a_signer_hides_in_the_file_is_found(
    change: Callable[[pikepdf.Pdf], None], drawn: bytes, identity: SigningIdentity
) -> None:
    done = resigned(before_signing(change)(drawn), identity)
    found = examine(done, (identity.certificate,))
    assert not found.intact and found.problems
