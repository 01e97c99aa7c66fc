"""Postponed package heads: absent while nobody asks, whole as soon as somebody does."""

import subprocess
import sys

import pytest


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_signing_loads_no_web_client_and_no_page_drawing() -> None:
    _run(
        "import sys\n"
        "import gpu_inspector.report.signature\n"
        "assert 'aiohttp' not in sys.modules and 'pyhanko.sign.validation' not in sys.modules\n"
        "assert 'reportlab' not in sys.modules\n"
    )


def test_examining_loads_no_web_client() -> None:
    _run(
        "import sys\n"
        "from gpu_inspector.report import examine\n"
        "assert not examine.examine(b'%PDF-1.7 and nothing else').intact\n"
        "assert 'aiohttp' not in sys.modules and 'pyhanko.sign.signers.pdf_signer' not in sys.modules\n"
    )


def test_drawing_loads_no_signing() -> None:
    _run(
        "import sys\n"
        "import gpu_inspector.report.document\n"
        "heavy = ('pyhanko', 'asn1crypto', 'reportlab.platypus')\n"
        "assert not [name for name in sys.modules if name.startswith(heavy)]\n"
    )


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("import pyhanko.sign; assert pyhanko.sign.PdfSigner", id="attribute-of-the-package"),
        pytest.param("from pyhanko.sign.signers import PdfSigner, SimpleSigner", id="name-from-below"),
        pytest.param("from pyhanko.sign import validation, attributes; validation.validate_pdf_signature", id="module"),
        pytest.param("from pyhanko_certvalidator import ValidationContext, find_valid_path", id="another-package"),
        pytest.param("import gpu_inspector.report.examine", id="our-own-examiner"),
    ],
)
def test_a_postponed_package_is_whole_for_who_asks(use: str) -> None:
    _run(f"import gpu_inspector.report.signature\n{use}\nimport pyhanko.sign.signers.pdf_signer\n")


def test_pictures_are_read_after_pages_were_drawn() -> None:
    _run(
        "import io\n"
        "import gpu_inspector.report.document\n"
        "from PIL import ExifTags, Image\n"
        "exif = Image.Exif()\n"
        "exif[0x8769] = {0x9003: '2026:11:24 09:59:58'}\n"
        "out = io.BytesIO()\n"
        "Image.new('RGB', (4, 4)).save(out, 'JPEG', exif=exif)\n"
        "assert Image.open(out).getexif().get_ifd(ExifTags.IFD.Exif)\n"
    )


def test_a_name_that_no_package_has_is_an_attribute_error() -> None:
    _run(
        "import gpu_inspector.report.signature, pyhanko.sign\n"
        "try:\n    pyhanko.sign.nothing\n"
        "except AttributeError: pass\n"
        "else: raise SystemExit(1)\n"
    )
