#!/bin/bash
# Installs the package in a clean Debian root without developers' tools, uses it there as an ordinary user with
# networking off, removes it, and holds all files before against all files after. See README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)

usage() {
    cat <<'TEXT'
packaging/debian/clean_root.sh [options]; `make deb-test` calls it, with DEB_TEST="options".
  --deb FILE       the package (the one in dist/)
  --suite NAME     bookworm or trixie (bookworm)
  --mirror URL     Debian's mirror; else the one of this machine's own apt
  --dump FILE      the dump that is inspected (the sample that the program ships)
  --out FOLDER     where the root, the pictures and the lists go (build/deb-test)
  --keep           leave the root there afterwards
TEXT
}
fail() { printf '%s\n' "$1" >&2; exit 1; }

deb="" suite=bookworm mirror="" dump=$project/resources/samples/geforce-rtx-4090.xml out=$project/build/deb-test keep=no
while [ $# -gt 0 ]; do
    case $1 in
        --keep) keep=yes ;;
        -h | --help) usage && exit 0 ;;
        --deb | --suite | --mirror | --dump | --out)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done
[ -n "$deb" ] || deb=$(ls "${GPU_INSPECTOR_DIST:-$project/dist}"/gpu-inspector_*_amd64.deb 2>/dev/null | tail -n 1)
[ -f "$deb" ] || fail 'There is no package yet: make deb.'
[[ $suite =~ ^(bookworm|trixie)$ ]] || fail '--suite takes bookworm or trixie.'
[ -r "$dump" ] || fail "The dump $dump cannot be read."
[ "$(id -u)" = 0 ] || fail 'Making a root and entering it needs root: sudo make deb-test.'
for tool in unshare chroot setpriv; do
    command -v "$tool" >/dev/null || fail "$tool is missing: apt install util-linux coreutils."
done
command -v mmdebstrap >/dev/null || command -v debootstrap >/dev/null ||
    fail 'Neither mmdebstrap nor debootstrap is here: apt install mmdebstrap.'
unshare --net --mount --pid --fork true 2>/dev/null ||
    fail 'This machine lets nobody make name spaces (a container without the right to?), so networking cannot be off.'
if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk -F'|' '$1 == "Debian" && $2 ~ /^(bookworm|trixie)$/ {print $3; exit}')
    [ -n "$mirror" ] || fail "This machine's apt knows no mirror of Debian; name one with --mirror."
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
# A name of its own: --out / must not make this /root.
root=$out/clean-root
rm -rf --one-file-system "$root"

# --- The root: Debian's smallest, and man.
log=$out/log.txt
: >"$log"
table=()
began=$(date +%s%N)
clock() { awk -v from="$began" -v to="$(date +%s%N)" 'BEGIN {printf "%.1f", (to - from) / 1e9}'; }
done_with() { # name of the step, what came of it
    local seconds
    seconds=$(clock)
    table+=("$(printf '%-44s %7s s  %s' "$1" "$seconds" "$2")")
    printf '%s\n' "${table[-1]}" >&2
    began=$(date +%s%N)
}
display=""
finish() {
    [ -z "$display" ] || kill "$display" 2>/dev/null || true
    [ "$keep" = yes ] || rm -rf --one-file-system "$root"
}
trap finish EXIT

if command -v mmdebstrap >/dev/null; then
    mmdebstrap --mode=root --variant=minbase --architectures=amd64 --include=man-db \
        --aptopt='Acquire::Retries "3"' "$suite" "$root" "$mirror" >>"$log" 2>&1 ||
        fail "The root could not be made from $mirror; the end of $log says why."
else
    debootstrap --variant=minbase --arch=amd64 --include=man-db "$suite" "$root" "$mirror" >>"$log" 2>&1 ||
        fail "The root could not be made from $mirror; the end of $log says why."
fi
apt-config dump --format '%f "%v";%n' Acquire::http::Proxy Acquire::https::Proxy >"$root/etc/apt/apt.conf.d/90proxy"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
chroot "$root" useradd --create-home --shell /bin/bash --uid 1000 inspector
done_with "make a clean root ($suite, minbase)" "$(chroot "$root" dpkg-query -W | wc -l) packages"

# Own name spaces for mounts and processes, so that nothing stays mounted and nothing goes on running; the first
# argument says whether there is a network in it ("online") or only a name space without any device ("offline").
enter() {
    local space=(--mount --pid --fork)
    [ "$1" = online ] || space+=(--net)
    shift
    unshare "${space[@]}" /bin/sh -c '
        root=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount -t devpts devpts "$root/dev/pts" 2>/dev/null || :
        mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || :
        [ ! -d /tmp/.X11-unix ] || { mkdir -p "$root/tmp/.X11-unix" && mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; }
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb \
            DEBIAN_FRONTEND=noninteractive "$@"' sh "$root" "$@"
}
as_user() { # as the user, at home, without a network
    enter offline setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --inh-caps=-all \
        env HOME=/home/inspector USER=inspector "${extra[@]}" /bin/sh -c 'cd "$HOME" && exec "$@"' sh "$@"
}
extra=()
faults=0
try() { # name of the step, statuses that are right, command: as the user
    local name=$1 right=$2 status=0
    shift 2
    as_user "$@" >"$out/said.txt" 2>"$out/told.txt" || status=$?
    { printf '\n$ %s\n' "$*"; cat "$out/said.txt" "$out/told.txt"; } >>"$log"
    if [[ " $right " == *" $status "* ]]; then
        done_with "$name" "exit $status"
    else
        done_with "$name" "FAULT: exit $status instead of $right; $(tail -n 1 "$out/told.txt" | cut -c1-160)"
        faults=$((faults + 1))
    fi
}

# --- What the package needs, from the mirror; then the network is off for good.
depends=$(dpkg-deb -f "$deb" Depends)
recommends=$(dpkg-deb -f "$deb" Recommends)
enter online apt-get -qq update >>"$log" 2>&1 || fail "The mirror could not be asked from inside the root; see $log."
enter online apt-get -y -qq --no-install-recommends satisfy "$depends, $recommends" >>"$log" 2>&1 ||
    fail "What the package depends on is not to be had in $suite; the end of $log says which."
done_with 'install what it depends on (with network)' "$(chroot "$root" dpkg-query -W | wc -l) packages"
for tool in gcc cc make g++ ld git pip pip3 readelf; do
    [ ! -e "$root/usr/bin/$tool" ] || fail "The root is not clean: $tool came with what the package depends on."
done

list() { # every file with kind, mode, owner, size, target and digest; without what is of dpkg, apt and the kernel
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev \) -prune -o -printf '%p|%y|%m|%U:%G|%l|' \
        \( -type f -exec sha256sum {} \; -o -printf '\n' \) | awk -F'|' '{sub(/  .*/, "", $6); print}' OFS='|') |
        grep -vE '^\./(var/lib/(dpkg|apt)|var/cache/(apt|debconf|man)|var/log/(apt|dpkg\.log|alternatives\.log)|tmp/\.X11-unix)([/|]|$)' |
        LC_ALL=C sort
}
cp "$deb" "$root/root/package.deb"
cp "$dump" "$root/home/inspector/dump.xml"
mkdir -p "$root/tmp/.X11-unix"
list >"$out/before.txt"
done_with 'list every file' "$(wc -l <"$out/before.txt") of them"

enter offline apt-get -y -qq install /root/package.deb >>"$log" 2>&1 || fail "apt could not install the package; see $log."
done_with 'install the package (networking off from here)' "$(chroot "$root" dpkg-query -W -f '${Version}, ${Installed-Size} KiB' gpu-inspector)"

# --- Its use, as an ordinary user.
try 'gpu-inspector --version (first start)' 0 gpu-inspector --version
try 'gpu-inspector --version (again)' 0 gpu-inspector --version
try 'inspect --from dump.xml' 10 gpu-inspector inspect --from dump.xml --report dump.pdf
try 'inspect --simulate genuine-rtx-3060' 0 gpu-inspector inspect --simulate genuine-rtx-3060 --profile quick --report simulated.pdf
try 'inspect --simulate rtx-4090-48gb' 12 gpu-inspector inspect --simulate rtx-4090-48gb --profile quick
try 'verify dump.pdf (signer not known)' 3 gpu-inspector verify dump.pdf
try 'key export' 0 gpu-inspector key export office.pem
try 'verify --trust both reports' 0 sh -c 'gpu-inspector verify --trust office.pem dump.pdf && gpu-inspector verify --trust office.pem simulated.pdf'
try 'judge dump.xml' 10 gpu-inspector judge dump.xml
try 'judge dump.pdf' 10 gpu-inspector judge dump.pdf
try 'ledger verify' 0 gpu-inspector ledger verify
try 'doctor' 0 gpu-inspector doctor
cp "$out/said.txt" "$out/doctor.txt"
try 'registry status (nobody listens there)' 3 gpu-inspector registry status --registry postgresql://nobody@127.0.0.1:1/none
try 'audit (Dask is not inside, and that is said)' 1 gpu-inspector audit --local 1 --no-measure
try 'a command that does not exist' 2 gpu-inspector inspct
try 'every page of the manual is readable' 0 sh -c 'set -e; for page in /usr/share/man/man[18]/gpu-inspector*.gz; do
    name=$(basename "${page%.?.gz}"); man "$name" | grep -q SYNOPSIS; done; whatis gpu-inspector gpu-inspector-verify'
try 'completion: bash' 0 bash -c '. /usr/share/bash-completion/completions/gpu-inspector
    COMP_WORDS=(gpu-inspector insp) COMP_CWORD=1; _gpu_inspector_completion gpu-inspector; test "${COMPREPLY[*]}" = inspect'
try 'completion: zsh and fish are there' 0 test -s /usr/share/zsh/vendor-completions/_gpu-inspector -a -s /usr/share/fish/vendor_completions.d/gpu-inspector.fish
try 'the helper runs on the system'"'"'s Python' 2 /usr/libexec/gpu-inspector-read-rom
extra=(QT_QPA_PLATFORM=offscreen)
try 'the window, offscreen, is open after 10 s' 124 timeout 10 gpu-inspector-gui
[ ! -s "$out/told.txt" ] || { faults=$((faults + 1)); done_with '  but it complained' "$(head -n 1 "$out/told.txt" | cut -c1-160)"; }
if command -v Xvfb >/dev/null; then
    number=$((90 + RANDOM % 400))
    mkdir -p "$out/screen"
    Xvfb ":$number" -screen 0 1440x900x24 -fbdir "$out/screen" -nolisten tcp >>"$log" 2>&1 &
    display=$!
    for _ in $(seq 50); do [ -S "/tmp/.X11-unix/X$number" ] && break || sleep 0.1; done
    extra=("DISPLAY=:$number")
    as_user timeout 14 gpu-inspector-gui >"$out/said.txt" 2>"$out/told.txt" &
    window=$!
    sleep 11
    if python3 "$here/screen.py" "$out/screen/Xvfb_screen0" "$out/window.png" 2>>"$log" && [ ! -s "$out/told.txt" ]; then
        done_with 'the window, under Xvfb' "picture in $out/window.png"
    else
        faults=$((faults + 1))
        done_with 'the window, under Xvfb' "FAULT: $(cat "$out/told.txt" | head -n 1 | cut -c1-160)"
    fi
    wait "$window" || true
    kill "$display" && wait "$display" 2>/dev/null || true
    display=""
else
    done_with 'the window, under Xvfb' 'NOT TRIED: Xvfb is missing (apt install xvfb)'
fi
extra=()
if enter offline dpkg --verify gpu-inspector >"$out/said.txt" 2>&1 && [ ! -s "$out/said.txt" ]; then
    done_with 'dpkg --verify: its files are as they were' 'exit 0'
else
    faults=$((faults + 1))
    done_with 'dpkg --verify' "FAULT: $(head -n 1 "$out/said.txt")"
fi

# --- Away with it; what is there now that was not there before?
enter offline apt-get -y -qq remove gpu-inspector >>"$log" 2>&1 || fail "apt could not remove the package; see $log."
# apt knows no package any more that no mirror has; dpkg does.
enter offline dpkg --purge gpu-inspector >>"$log" 2>&1 || fail "dpkg could not purge the package; see $log."
[ -z "$(chroot "$root" dpkg-query -W -f '${Status}' gpu-inspector 2>/dev/null | grep -v not-installed)" ] ||
    fail 'dpkg still knows the package after a purge.'
done_with 'apt-get remove, dpkg --purge' 'done'
list >"$out/after.txt"
differing=$({ diff "$out/before.txt" "$out/after.txt" || true; } | sed -n 's/^[<>] \.\([^|]*\)|.*/\1/p' | sort -u)
left=$(grep -v '^/home/inspector\(/\|$\)' <<<"$differing" || true)
users=$(grep -c '^/home/inspector/' <<<"$differing" || true)
if [ -n "$left" ]; then
    faults=$((faults + 1))
    done_with 'files before against files after' "FAULT: $(wc -l <<<"$left") left or changed"
    printf '%s\n' "$left" | head -n 20 >&2
else
    done_with 'files before against files after' "nothing left but the user's own $users"
fi

{
    printf 'gpu-inspector %s in Debian %s (%s)\n' "$(dpkg-deb -f "$deb" Version)" "$suite" "$(cat "$root/etc/debian_version")"
    printf '%s\n' "${table[@]}"
    printf "\nThe user's data that stays:\n"
    grep '^/home/inspector/' <<<"$differing" | sed 's/^/  /' | awk -F/ 'NF <= 8'
} >"$out/table.txt"
cat "$out/table.txt"
[ "$faults" = 0 ] || fail "$faults of the steps went wrong; see $log."
