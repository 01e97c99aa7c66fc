#!/bin/bash
# Builds the inspection medium: a live image that starts into GPU Inspector's window. See README.md beside it.
# Needs root (a chroot is made) on Debian 12; nothing outside of the output folder is written.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
    cat <<'TEXT'
packaging/medium/build.sh [options]; `make medium` calls it, with MEDIUM="options".
  --out FOLDER         where the image and its lists go (build/medium)
  --mirror URL         Debian's mirror; else the one of this machine's own apt (also GPUI_MIRROR)
  --security URL       the mirror of security updates; else the one of this machine's own apt (also GPUI_SECURITY)
  --no-driver          without NVIDIA's driver: no card can then be asked, only simulations and files
  --driver-debs FOLDER a newer driver, as Debian packages that the office supplies, instead of Debian's stock one
  --no-cuda            without CUDA's libraries: cards are then judged by their claims alone
  --key FILE --certificate FILE
                       the office's own key (PEM) and certificate (DER) that the driver's modules are signed with;
                       else a key is made once in the output folder's `signing`
  --keyboard LAYOUT    layout of the keyboard, as X names it (us)
  --timezone NAME      such as Europe/Berlin (Etc/UTC)
  --name TEXT          name of the image, as reports print it (GPU Inspector live VERSION)
  --level N            how hard the image is packed, 1 (fast) to 22 (9)
  --debs FOLDER        keeps downloaded packages there, and takes them from there another time
SOURCE_DATE_EPOCH, where set, is the time that everything on the image bears; else midnight (UTC) of today.
TEXT
}

out=$root/build/medium
mirror=${GPUI_MIRROR:-}
security=${GPUI_SECURITY:-}
driver=stock
driver_debs=""
cuda=yes
key=""
certificate=""
keyboard=us
timezone=Etc/UTC
name=""
debs=""
level=9
while [ $# -gt 0 ]; do
    case $1 in
        --no-driver) driver=none ;;
        --no-cuda) cuda=no ;;
        -h | --help) usage && exit 0 ;;
        --out | --mirror | --security | --driver-debs | --key | --certificate | --keyboard | --timezone | --name | --level | --debs)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            case $1 in
                --out) out=$2 ;;
                --mirror) mirror=$2 ;;
                --security) security=$2 ;;
                --driver-debs) driver=debs driver_debs=$(cd "$2" && pwd) ;;
                --key) key=$2 ;;
                --certificate) certificate=$2 ;;
                --keyboard) keyboard=$2 ;;
                --timezone) timezone=$2 ;;
                --name) name=$2 ;;
                --level) level=$2 ;;
                --debs) debs=$2 ;;
            esac
            shift
            ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done
fail() { printf '%s\n' "$1" >&2; exit 1; }

[[ $keyboard =~ ^[a-z]{2,12}$ ]] || fail "--keyboard takes a layout such as us, de or fr."
[[ $timezone =~ ^[A-Za-z0-9_+/-]{1,40}$ ]] || fail "--timezone takes a name such as Europe/Berlin."
[[ $name =~ ^[A-Za-z0-9\ ._+-]{0,60}$ ]] || fail "--name takes letters, digits, blanks and . _ + - only."
[[ $level =~ ^[0-9]{1,2}$ ]] || fail "--level takes a number from 1 to 22."
[ "$(id -u)" = 0 ] || fail 'Making a chroot needs root: sudo make medium'
missing=""
for tool in mmdebstrap mksquashfs xorriso grub-mkimage mcopy mkfs.vfat openssl; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
for file in /usr/lib/shim/shimx64.efi.signed /usr/lib/shim/mmx64.efi.signed \
    /usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed /usr/lib/grub/i386-pc/boot_hybrid.img; do
    [ -e "$file" ] || missing="$missing $file"
done
[ -z "$missing" ] || fail "Not there:$missing. On Debian 12: apt install mmdebstrap squashfs-tools xorriso mtools \
dosfstools openssl grub-pc-bin grub-efi-amd64-signed shim-signed shim-helpers-amd64-signed"
python=$root/.venv/bin/python
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    fail 'The image has Python 3.11, and its packages are chosen by this one: make medium PYTHON=python3.11'

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -u -d "$(date -u +%F)" +%s)}
DAY=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
version=$("$python" -c 'from gpu_inspector.version import build; print(build())')
NAME=${name:-GPU Inspector live ${version%%+*}}
TOOL=$version KEYBOARD=$keyboard TIMEZONE=$timezone STAGE=$out/stage LEVEL=$level
export SOURCE_DATE_EPOCH DAY NAME TOOL KEYBOARD TIMEZONE STAGE LEVEL
umask 022
rm -rf "$STAGE"
mkdir -p "$STAGE"

# --- Where packages come from: this machine's own apt, or what was named. Nothing is baked in here.
if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "bookworm" {print $3; exit}')
    [ -n "$mirror" ] || fail "This machine's apt knows no mirror of Debian 12 (bookworm); name one with --mirror."
fi
if [ -z "$security" ]; then
    security=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "bookworm-security" {print $3; exit}')
fi
components="main"
[ "$driver" = none ] || components="main contrib non-free non-free-firmware"
signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
{
    echo "deb $signed $mirror bookworm $components"
    [ -z "$security" ] || echo "deb $signed $security bookworm-security $components"
} >"$STAGE/sources.list"

# --- The program and what it needs, by the lock file's digests, into a folder.
echo "Collecting the program's packages ..."
"$python" "$here/locked.py" ${cuda:+--cuda "$cuda"} "$root/requirements.lock" >"$STAGE/requirements.txt"
pip=("$python" -m pip --disable-pip-version-check)
"${pip[@]}" install -qq --require-hashes --no-deps --only-binary=:all: --no-compile --target "$STAGE/site-packages" \
    -r "$STAGE/requirements.txt"
(cd "$root" && "$python" -m hatchling build -t wheel -d "$STAGE/wheel" >/dev/null)
"${pip[@]}" install -qq --no-deps --no-index --no-compile --target "$STAGE/site-packages" "$STAGE"/wheel/*.whl
# Tools for developers; none of them is of use on the medium.
rm -rf "$STAGE/site-packages/bin" "$STAGE"/site-packages/PySide6/{scripts,examples,glue,typesystems,include}
find "$STAGE/site-packages" -name direct_url.json -delete

# --- The key that the modules are signed with.
if [ "$driver" != none ]; then
    if [ -z "$key" ]; then
        key=$out/signing/module.key certificate=$out/signing/module.der
        if [ ! -e "$key" ]; then
            mkdir -p -m 700 "$out/signing"
            openssl req -new -x509 -newkey rsa:3072 -noenc -days 3650 -subj '/CN=GPU Inspector medium: modules' \
                -addext 'extendedKeyUsage=codeSigning' -keyout "$key" -outform DER -out "$certificate" 2>/dev/null
        fi
    fi
    [ -r "$key" ] && [ -r "$certificate" ] || fail '--key and --certificate belong together; one cannot be read.'
fi

# --- Debian's tree.
read_list() { sed 's/#.*//' "$1" | tr -s ' \n' ',,' | sed 's/^,*//; s/,*$//'; }
include=$(read_list "$here/packages.txt")
[ "$driver" != stock ] || include=$include,$(read_list "$here/packages-driver.txt")
if [ "$driver" = debs ]; then
    ls "$driver_debs"/*.deb >/dev/null 2>&1 || fail "$driver_debs holds no Debian packages."
    include=$include,linux-headers-amd64,gcc,make,$(printf '%s,' "$driver_debs"/*.deb | sed 's/,$//')
fi
tree=$out/tree
rm -rf "$tree"
hooks=()
if [ -n "$debs" ]; then
    mkdir -p "$debs"
    hooks+=(--setup-hook="mkdir -p \"\$1/var/cache/apt/archives\"; cp -n '$debs'/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true"
        --customize-hook="cp -n \"\$1\"/var/cache/apt/archives/*.deb '$debs/' 2>/dev/null || true"
        --skip=essential/unlink,download/empty)
fi
if [ "$driver" != none ]; then
    # DKMS signs with what lies here, by its own default: no setting of DKMS is changed on the image.
    hooks+=(--essential-hook="install -D -m 600 '$key' \"\$1/var/lib/dkms/mok.key\"; install -m 644 '$certificate' \"\$1/var/lib/dkms/mok.pub\"")
fi
echo "Making Debian's tree; the driver's module is built in it, which takes its time ..."
mmdebstrap --mode=root --variant=minbase --architectures=amd64 --include="$include" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "${hooks[@]}" --customize-hook="'$here/customize.sh' \"\$1\"" bookworm "$tree" - <"$STAGE/sources.list"

"$here/image.sh" "$tree" "$out"
