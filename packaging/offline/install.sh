#!/bin/sh
# Installs GPU Inspector from this folder, without a network. Needs python3 with venv, and nothing else.
# See README.txt beside it. Every file here is held against SHA256SUMS before anything is written.
set -eu
umask 022

usage() {
    cat <<'TEXT'
sh install.sh [options] TARGET       installs into TARGET, a folder of the program's own, such as /opt/gpu-inspector
sh install.sh --uninstall TARGET     takes it away again; the user's data lies elsewhere and stays
sh install.sh --check                only holds every file of this folder against SHA256SUMS

  --python NAME    the interpreter to use (python3)
  --link FOLDER    also puts links to the two commands there, such as /usr/local/bin
TEXT
}
fail() { printf '%s\n' "$1" >&2; exit 1; }

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=python3
links=""
target=""
doing=install
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --uninstall) doing=uninstall ;;
        --check) doing=check ;;
        --python | --link)
            [ $# -ge 2 ] || { usage >&2; exit 2; }
            if [ "$1" = --python ]; then python=$2; else links=$2; fi
            shift
            ;;
        -*) usage >&2; exit 2 ;;
        *)
            [ -z "$target" ] || { usage >&2; exit 2; }
            target=$1
            ;;
    esac
    shift
done
mark=.gpu-inspector-installed

whole() {
    case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$(pwd)" "$1" ;; esac
}

# --- What follows needs no file of this folder but this one.
uninstall() {
    [ -f "$target/$mark" ] || fail "$target was not installed by this script; nothing was removed."
    while IFS= read -r link; do
        [ -L "$link" ] || continue
        case $(readlink "$link") in "$target"/bin/*) rm -f -- "$link" ;; esac
    done <"$target/$mark"
    # Only what an installation consists of: a file that someone put there is not the script's to remove.
    rm -rf -- "$target/bin" "$target/include" "$target/lib" "$target/lib64" "$target/share" "$target/etc" \
        "$target/pyvenv.cfg" "$target/.gitignore" "$target/$mark"
    if rmdir -- "$target" 2>/dev/null; then
        echo "Removed $target. Ledger, keys and reports were not touched."
    else
        echo "Removed the program from $target; other files in that folder were left there."
    fi
}

if [ "$doing" != check ]; then
    [ -n "$target" ] || { usage >&2; exit 2; }
    target=$(whole "$target")
    case $target in *"
"*) fail "The folder's name holds a line feed." ;; esac
    while [ "$target" != / ] && [ "${target%/}" != "$target" ]; do target=${target%/}; done
    [ "$target" != / ] && [ "$target" != "${HOME:-/nowhere}" ] ||
        fail "Name a folder of the program's own, such as ${HOME:-/opt}/gpu-inspector."
fi
if [ "$doing" = uninstall ]; then
    uninstall
    exit 0
fi

command -v "$python" >/dev/null 2>&1 || fail "There is no $python; install Python @PYTHON@, or name it with --python."
"$python" -I - <<'CODE' || fail "These packages are for Python @PYTHON@ on @SYSTEM@; $python is another. Name one with --python."
import platform, sys
fit = "%d.%d" % sys.version_info[:2] == "@PYTHON@" and sys.implementation.name == "cpython"
sys.exit(not (fit and "%s-%s" % (platform.system().lower(), platform.machine().lower()) == "@SYSTEM@"))
CODE

# --- Every file, by its digest; a file that is missing, altered or not listed ends it here.
"$python" -I - "$here" <<'CODE' || fail "Nothing was installed. Fetch the archive again, and compare its SHA-256."
import hashlib, os, re, sys
folder = sys.argv[1]
listed = {}
try:
    with open(os.path.join(folder, "SHA256SUMS"), encoding="utf-8") as file:
        for line in file:
            match = re.match(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._+/-]*)\n$", line)
            if not match or ".." in match.group(2).split("/"):
                sys.exit("SHA256SUMS is damaged.")
            listed[match.group(2)] = match.group(1)
except (OSError, UnicodeDecodeError) as error:
    sys.exit("SHA256SUMS cannot be read (%s)." % error)
found = set()
for path, folders, names in os.walk(folder):
    for name in names + [one for one in folders if os.path.islink(os.path.join(path, one))]:
        found.add(os.path.relpath(os.path.join(path, name), folder).replace(os.sep, "/"))
found.discard("SHA256SUMS")
wrong = ["%s is not in SHA256SUMS." % name for name in sorted(found - set(listed))]
for name in sorted(listed):
    path = os.path.join(folder, name)
    if os.path.islink(path) or not os.path.isfile(path):
        wrong.append("%s is missing." % name)
        continue
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            whole.update(block)
    if whole.hexdigest() != listed[name]:
        wrong.append("%s was altered or is damaged." % name)
print("\n".join(wrong) or "%d files agree with SHA256SUMS." % len(listed))
sys.exit(bool(wrong))
CODE
[ "$doing" != check ] || exit 0

install_from() {
    # No setting of pip and no variable may lead it to an index or let it skip a digest.
    env -u PYTHONPATH -u PYTHONHOME PIP_CONFIG_FILE=/dev/null "$target/bin/python" -m pip --isolated \
        install -q --disable-pip-version-check --no-index --find-links "$here/wheels" --require-hashes --no-deps \
        --no-cache-dir --only-binary=:all: -r "$here/requirements.txt"
}

if [ "@KIND@" = cuda ]; then
    [ -f "$target/$mark" ] || fail "CUDA's parts belong to an installed program: install that into $target first."
    install_from || fail "pip could not install CUDA's parts."
    echo "CUDA's parts are installed in $target. Try: $target/bin/gpu-inspector doctor"
    exit 0
fi

[ ! -f "$target/$mark" ] || fail "$target holds an installation already. Remove it first: sh install.sh --uninstall $target"
if [ -e "$target" ] && [ -n "$(ls -A -- "$target" 2>/dev/null || echo unreadable)" ]; then
    fail "$target is not empty; name a folder that does not exist yet."
fi
there=no
[ ! -d "$target" ] || there=yes
undo() {
    if [ "$there" = yes ]; then rm -rf -- "$target"/* "$target"/.[!.]*; else rm -rf -- "$target"; fi
}
# An installation that was broken off leaves no half of a program behind.
trap 'undo; exit 130' INT TERM HUP
mkdir -p -- "$target" || fail "$target cannot be made."
# First of all, so that what a power cut leaves can be removed with --uninstall.
: >"$target/$mark"
env -u PYTHONPATH -u PYTHONHOME "$python" -m venv "$target" || {
    undo
    fail "Python cannot make a virtual environment here. On Debian and Ubuntu: apt install python3-venv"
}
install_from || { undo; fail "pip could not install the packages; nothing was left in $target."; }
if [ -n "$links" ]; then
    links=$(whole "$links")
    for name in gpu-inspector gpu-inspector-gui; do
        if [ -e "$links/$name" ] || [ -L "$links/$name" ]; then
            echo "$links/$name is there already and was left as it is."
        elif ln -s "$target/bin/$name" "$links/$name"; then
            printf '%s\n' "$links/$name" >>"$target/$mark"
        fi
    done
fi
trap - INT TERM HUP
echo "Installed in $target. The window: $target/bin/gpu-inspector-gui   The commands: $target/bin/gpu-inspector --help"
