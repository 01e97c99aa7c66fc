"""Everything of one release into dist/release/: `make release`.

    python packaging/release/release.py [--without bundle,deb,offline] [--draft]

Wheel, source archive, archive for machines without a network, portable folder and Debian package, as far as each can
be made here; the list of what is inside, the licence notices, BUILD.txt (what of, with what, and what was not made),
SHA256SUMS and, with a key, its signature. Nothing that lay in dist/ before is taken in: a release is of one state of
the sources. Without a key it is unsigned, and says so.
"""
# ruff: noqa: T201

import argparse
import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import environment  # noqa: E402
import epoch  # noqa: E402
import sbom  # noqa: E402
import signing  # noqa: E402
import sources  # noqa: E402
import sums  # noqa: E402
import wheel  # noqa: E402

ROOT = environment.ROOT
OPTIONAL = ("offline", "bundle", "bundle-cuda", "deb")
LEFT_OUT_UNASKED = {"bundle-cuda"}
"""Large, and the same from release to release: made where --with asks for it."""


class NotReleased(Exception):
    """No release; the text is a sentence."""


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Makes everything of one release.")
    parser.add_argument("--without", default="", metavar="NAMES", help=f"of {','.join(OPTIONAL)}, not to be made")
    parser.add_argument("--with", dest="more", default="", metavar="NAMES", help="bundle-cuda, which is else left out")
    parser.add_argument("--draft", action="store_true", help="also of sources that differ from the last commit")
    asked = parser.parse_args()
    try:
        release(set(filter(None, asked.without.split(","))), set(filter(None, asked.more.split(","))), asked.draft)
    except (
        NotReleased,
        signing.NotSigned,
        sbom.NotListed,
        wheel.NotBuilt,
        environment.NotReady,
        epoch.NoTime,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"The release was not made: {error}", file=sys.stderr)
        return 1
    return 0


def release(without: set[str], more: set[str], draft: bool) -> Path:
    """Makes dist/release/ anew and answers it."""
    unknown = (without | more) - set(OPTIONAL)
    if unknown:
        raise NotReleased(f"There is no part {', '.join(sorted(unknown))}; the parts are {', '.join(OPTIONAL)}.")
    commit, changed = sources.state()
    if changed and not draft:
        raise NotReleased(
            f"{len(changed)} files differ from the last commit or are not in it ({changed[0]} for one): commit them, "
            "or make a draft with --draft."
        )
    # Asked first: a wrong passphrase must not be found out after half an hour of building.
    by = signing.signer()
    for secret in (signing.KEY, signing.CERTIFICATE, signing.PASSPHRASE):
        os.environ.pop(secret, None)  # no program that builds a part is handed them
    out = wheel.dist() / "release"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for made in wheel.build(out):
        print(f"made: {made.name}", flush=True)
    print(f"listed: {sbom.write(out / 'gpu-inspector.cdx.json')} packages", flush=True)
    _script("release/notices.py", out / "THIRD-PARTY-NOTICES.txt")
    for name in ("LICENSE", "NOTICE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, out / name)
    missing = _parts(out, [one for one in OPTIONAL if one not in without | (LEFT_OUT_UNASKED - more)])
    missing += [f"{one}: left out on purpose" for one in sorted(without)]
    (out / "BUILD.txt").write_text(about(commit, changed, missing), encoding="utf-8")
    _sums(out, by, draft=bool(changed))
    return out


def _parts(out: Path, names: list[str]) -> list[str]:
    """Makes these parts and answers a line for each that could not be made."""
    missing = []
    for name in names:
        before = set(out.iterdir())
        told = _make(name, out)
        made = sorted(one.name for one in set(out.iterdir()) - before if one.is_file())
        if told is None and made:
            print(f"made: {', '.join(made)}", flush=True)
        else:
            missing.append(f"{name}: {told or 'nothing was made'}")
            print(f"NOT MADE, {missing[-1]}", flush=True)
    # The portable folder itself, which the Debian package is made of; the release has it as one file.
    for folder in [one for one in out.iterdir() if one.is_dir() and not one.is_symlink()]:
        shutil.rmtree(folder)
    return missing


def _make(name: str, out: Path) -> str | None:
    """Calls the part's own target; None, or the last line of what it said."""
    variables = {**os.environ, "GPU_INSPECTOR_DIST": str(out)}
    variables["SOURCE_DATE_EPOCH"] = str(epoch.source_date_epoch())
    try:
        done = subprocess.run(
            ["make", "-s", name], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"make cannot be run ({error.strerror})"
    if done.returncode == 0:
        return None
    lines = [one for one in (done.stdout + done.stderr).splitlines() if one.strip() and not one.startswith("make")]
    return lines[-1][:300] if lines else f"exit status {done.returncode}"


def _script(name: str, *arguments: Path) -> None:
    done = subprocess.run([sys.executable, ROOT / "packaging" / name, *arguments], check=False)
    if done.returncode:
        raise NotReleased(f"packaging/{name} failed.")


def about(commit: str, changed: list[str], missing: list[str]) -> str:
    """BUILD.txt: what this release was made of and with, and what is not part of it."""
    moment = epoch.source_date_epoch()
    lines = [
        "GPU Inspector: how this release was made",
        "",
        f"Sources: commit {commit}" if commit else "Sources: a source archive, no commit is known",
        f"DRAFT: {len(changed)} files differ from that commit." if changed else "No file differs from that commit.",
        f"SOURCE_DATE_EPOCH={moment} ({datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC)",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"SHA-256 of requirements.lock: {sums.digest(ROOT / 'requirements.lock')}",
        f"SHA-256 of packaging/requirements.lock: {sums.digest(ROOT / 'packaging' / 'requirements.lock')}",
        "",
        *(["Not part of it:", *(f"  {one}" for one in missing)] if missing else ["Every part was made."]),
        "",
        "To make it again: the same commit, the same interpreter, make reproduce (docs/releasing.md).",
    ]
    return "\n".join(lines if commit else [one for one in lines if "that commit" not in one]) + "\n"


def _sums(out: Path, by: signing.Signer | None, *, draft: bool) -> None:
    listed = sums.write(out)
    for name in sorted(one.name for one in out.iterdir()):
        print(f"  {(out / name).stat().st_size:>12,}  {name}")
    kind = "draft" if draft else "release"
    if by is None:
        print(f"\nThis {kind} is NOT SIGNED: {signing.KEY} names no key. Its digests prove nothing of who made it.")
        return
    signature = out / sums.SIGNATURE
    signature.write_bytes(signing.sign(listed.read_bytes(), by))
    print(
        f"\nThe {kind} is signed by {by.certificate.subject.rfc4514_string()}\n"
        f"SHA-256 of its certificate: {by.fingerprint}"
    )
    _ask_openssl(out, by)


def _ask_openssl(out: Path, by: signing.Signer) -> None:
    """The check that an office makes, made at once. Raises NotReleased where it fails."""
    if not shutil.which("openssl"):
        print("There is no openssl here, so its answer to the signature was not asked.")
        return
    from cryptography.hazmat.primitives.serialization import Encoding

    anchors = [by.certificate, *by.chain]
    given = b"".join(one.public_bytes(Encoding.PEM) for one in anchors)
    held = out.parent / ".release-certificate.pem"
    try:
        held.write_bytes(given)
        done = subprocess.run(
            [*("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", out / sums.SIGNATURE),
             *("-content", out / sums.NAME, "-CAfile", held, "-partial_chain", "-purpose", "any", "-out", os.devnull)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        held.unlink(missing_ok=True)
    if done.returncode:
        (out / sums.SIGNATURE).unlink()
        raise NotReleased(f"OpenSSL refuses the signature, so it was removed: {done.stderr.strip()[-300:]}")
    print("OpenSSL accepts the signature.")


if __name__ == "__main__":
    sys.exit(main())
