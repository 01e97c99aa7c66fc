#!/bin/bash
# Second stage of build.sh: makes the bare Debian tree into the medium's. mmdebstrap calls it with the tree's folder, as
# root, with /proc and /sys of the tree in place; STAGE holds what build.sh prepared. Not meant to be called by hand.
set -euo pipefail
tree=$1
here=$(cd "$(dirname "$0")" && pwd)
: "${STAGE:?}" "${NAME:?}" "${DAY:?}" "${TOOL:?}" "${KEYBOARD:?}" "${TIMEZONE:?}"

inside() { chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

kernel=$(basename "$(ls -d "$tree"/lib/modules/*)")

# --- The driver: what DKMS built and signed with the key that build.sh gave it, then the tools away that did it.
driver=""
if [ -d "$tree/var/lib/dkms/nvidia-current" ] || inside sh -c 'dpkg-query -W "nvidia-*kernel-dkms" >/dev/null 2>&1'; then
    module=$(find "$tree/lib/modules/$kernel/updates" -name 'nvidia*.ko*' | sort | head -n 1)
    [ -n "$module" ] || { echo "The driver's module was not built for $kernel; see var/lib/dkms/*/build/make.log in the tree." >&2; exit 1; }
    driver=$(inside dpkg-query -W -f '${Package} ${Version}\n' | grep -E '^nvidia-(open-)?kernel-(dkms|open-dkms) ' | head -n 1 || true)
    inside sh -c 'for file in /lib/modules/*/updates/dkms/nvidia*.ko*; do echo "$file: signer \"$(modinfo -F signer "$file")\""; done' | tee "$STAGE/modules.txt"
    # The key stays with the office; its certificate is what Secure Boot is taught.
    cp "$tree/var/lib/dkms/mok.pub" "$STAGE/mok.der"
    rm -f "$tree"/var/lib/dkms/mok.*
    # Headers and compiler weigh 400 MB and are of no use on a read-only medium.
    mapfile -t tools < <(inside dpkg-query -W -f '${Package}\n' | grep -E '^(linux-(headers|kbuild|compiler)|gcc|g\+\+|cpp|binutils|make$|libgcc-[0-9]+-dev|libc6-dev|libc-dev-bin|linux-libc-dev|libcrypt-dev|libnsl-dev|libtirpc-dev)' | grep -vE '^gcc-[0-9]+-base$')
    inside dpkg --purge --force-depends --force-remove-essential "${tools[@]}" >"$STAGE/purge.log" 2>&1
    # Build folders of DKMS; what was built, and the record of it, stays: the program holds the module against them.
    find "$tree/var/lib/dkms" -type d -name build -prune -exec rm -rf {} +
fi
# Debian's own settings load NVIDIA's module at the start, its part for CUDA by nvidia-modprobe when it is asked for.
printf 'blacklist nouveau\noptions nouveau modeset=0\nblacklist floppy\n' >"$tree/etc/modprobe.d/gpu-inspector.conf"

# --- Nothing that talks to a network: no driver of a network device is on the medium.
modules=$tree/lib/modules/$kernel/kernel
rm -rf "$modules"/drivers/{net,bluetooth,infiniband,isdn,atm,nfc} "$modules"/drivers/firewire/firewire-net.ko* \
    "$modules"/net/{bluetooth,wireless,mac80211,mac802154,ieee802154,6lowpan,nfc,atm,can,rxrpc,sctp,tipc,rds,wireguard,openvswitch,l2tp,batman-adv,rfkill} \
    "$modules"/fs/{nfs,nfsd,smb,cifs,ceph,afs,9p,ocfs2,gfs2,dlm,orangefs,coda} "$modules"/net/{9p,ceph,sunrpc}
inside depmod "$kernel" 2>/dev/null

# --- The program, under /opt, as a virtual environment whose interpreter is Debian's.
opt=$tree/opt/gpu-inspector
mkdir -p "$opt/bin" "$opt/lib/python3.11"
cp -a "$STAGE/site-packages" "$opt/lib/python3.11/"
ln -s /usr/bin/python3 "$opt/bin/python3"
ln -s python3 "$opt/bin/python"
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n' >"$opt/pyvenv.cfg"
printf '#!/opt/gpu-inspector/bin/python3 -I\nimport sys\n\nfrom gpu_inspector.__main__ import main\n\nsys.exit(main())\n' >"$opt/bin/gpu-inspector"
chmod 755 "$opt/bin/gpu-inspector"
ln -s /opt/gpu-inspector/bin/gpu-inspector "$tree/usr/bin/gpu-inspector"
# By content, not by time: nothing can be compiled anew on a read-only medium.
inside /opt/gpu-inspector/bin/python3 -m compileall -q --invalidation-mode unchecked-hash /opt/gpu-inspector/lib || true
install -o root -g root -m 755 "$here/../polkit/gpu-inspector-read-rom" "$tree/usr/libexec/gpu-inspector-read-rom"
install -o root -g root -m 644 "$here/../polkit/org.gpu-inspector.policy" "$tree/usr/share/polkit-1/actions/"

# --- The medium's own files and its one user, who has no password and no way to become root.
cp -r --no-preserve=ownership,timestamps "$here/overlay/." "$tree/"
inside useradd --create-home --shell /bin/bash --uid 1000 --user-group --groups adm,video,render,input,systemd-journal inspector
inside passwd --quiet --lock root
# live-boot writes a file there, and complains where it cannot; nothing reads it.
mkdir -p "$tree/etc/X11" "$tree/etc/network"
printf 'allowed_users=anybody\nneeds_root_rights=auto\n' >"$tree/etc/X11/Xwrapper.config"
sed "s/KEYBOARD/$KEYBOARD/" >"$tree/etc/default/keyboard" <<<$'XKBMODEL="pc105"\nXKBLAYOUT="KEYBOARD"\nXKBVARIANT=""\nXKBOPTIONS=""\nBACKSPACE="guess"'
ln -sf "/usr/share/zoneinfo/$TIMEZONE" "$tree/etc/localtime"
printf '%s\n' "$TIMEZONE" >"$tree/etc/timezone"
echo gpu-inspector >"$tree/etc/hostname"
printf '127.0.0.1 localhost gpu-inspector\n' >"$tree/etc/hosts"
: >"$tree/etc/fstab"
: >"$tree/etc/resolv.conf"

# Packages cannot be fetched on the medium; dpkg's record of them stays, by which the program asks who made a file.
inside dpkg --purge --force-depends --force-remove-protected apt >/dev/null 2>&1 || true
find "$tree/etc/systemd/system" -path '*.wants/*' \( -name 'apt-*' -o -name 'dpkg-db-*' -o -name 'e2scrub*' -o -name 'fstrim*' \
    -o -name 'remote-fs*' -o -name 'getty@*' -o -name '*pstore*' \) -delete
mask() { for unit in "$@"; do ln -sf /dev/null "$tree/etc/systemd/system/$unit"; done; }
mask getty@.service autovt@.service serial-getty@.service console-getty.service debug-shell.service \
    systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service systemd-network-generator.service \
    systemd-resolved.service systemd-timesyncd.service systemd-firstboot.service apt-daily.timer apt-daily-upgrade.timer \
    dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer man-db.timer rsync.service ctrl-alt-del.target \
    nvidia-persistenced.service nvidia-suspend.service nvidia-resume.service nvidia-hibernate.service \
    systemd-hibernate.service systemd-suspend.service systemd-hybrid-sleep.service systemd-pstore.service
inside systemctl enable gpu-inspector-{data,window,medium,try,stick}.service >/dev/null 2>&1
inside systemctl set-default multi-user.target >/dev/null 2>&1

# --- No trace of the machine that built it, no leftovers.
rm -f "$tree"/etc/apt/sources.list "$tree"/etc/apt/sources.list.d/* "$tree"/etc/apt/apt.conf.d/99mmdebstrap
rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/* "$tree"/var/log/* "$tree"/tmp/* "$tree"/root/.cache \
    "$tree"/var/cache/debconf/*-old "$tree"/var/lib/dpkg/*-old "$tree"/var/cache/ldconfig/aux-cache
: >"$tree/etc/machine-id"
rm -f "$tree/var/lib/dbus/machine-id" "$tree"/etc/ssh/ssh_host_*

# --- The start: an initrd without network drivers.
printf 'RESUME=none\nCOMPRESS=zstd\n' >"$tree/etc/initramfs-tools/conf.d/gpu-inspector"
SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH chroot "$tree" update-initramfs -u -k "$kernel"

inside dpkg-query -W -f '${Package} ${Version} ${Architecture}\n' >"$STAGE/packages.txt"
printf '{"name": "%s", "day": "%s", "tool": "%s", "driver": "%s", "kernel": "%s"}\n' "$NAME" "$DAY" "$TOOL" "$driver" "$kernel" >"$STAGE/about.json"
"$here/look.sh" "$tree" "$STAGE/contents.txt"
