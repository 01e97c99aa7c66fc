"""A smart card in software (SoftHSM 2) with a key and its certificate, for trying the portable folder."""

import shutil
import subprocess
from pathlib import Path

LABEL, PIN, OWNER = "office", "591-Karte-26", "Bundle Trial Officer"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)


def missing() -> str:
    """What is lacking, as a sentence; "" where a card can be made."""
    if _module() is None or any(shutil.which(tool) is None for tool in ("softhsm2-util", "pkcs11-tool", "openssl")):
        return "SoftHSM, OpenSC or OpenSSL is missing, so no card signed: apt install softhsm2 opensc openssl."
    return ""


def made(folder: Path, environ: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The card's library, and the variables with which a program reaches it."""
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    more = {"SOFTHSM2_CONF": str(settings), "GPU_INSPECTOR_PIN": PIN}
    module = _module() or ""
    usage = "keyUsage=critical,digitalSignature,nonRepudiation"
    for call in (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 30"
        f" -addext basicConstraints=critical,CA:FALSE -addext {usage}",
        "openssl x509 -in cert.pem -outform DER -out cert.der",
        "openssl pkcs8 -topk8 -nocrypt -in key.pem -out key8.pem",
        f"softhsm2-util --init-token --free --label {LABEL} --so-pin SO-8150-61 --pin {PIN}",
        f"softhsm2-util --import key8.pem --token {LABEL} --label sign --id 01 --pin {PIN}",
        f"pkcs11-tool --module {module} --token-label {LABEL} --login --pin {PIN} --write-object cert.der --type cert"
        " --label sign --id 01",
    ):
        words = call.split(" ")
        if words[1] == "req":
            words += ["-subj", f"/O=An office/CN={OWNER}"]
        subprocess.run(words, cwd=folder, env=environ | more, check=True, capture_output=True)
    return module, more


def _module() -> str | None:
    return next((one for one in MODULES if Path(one).is_file()), None)
