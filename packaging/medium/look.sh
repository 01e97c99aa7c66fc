#!/bin/bash
# What of the tree could talk to a network or let someone in; written to a list, and an error where it must not be there.
#     look.sh TREE LIST
set -euo pipefail
tree=$1
list=$2
wrong=0
must_be_empty() { # title, lines
    printf '\n%s:\n%s\n' "$1" "${2:-  none}" >>"$list"
    if [ -n "$2" ]; then
        printf 'The image must not hold %s:\n%s\n' "$1" "$2" >&2
        wrong=1
    fi
}
cd "$tree"
printf 'What is on the image, looked at when it was built.\n' >"$list"
must_be_empty 'modules of network devices' "$(find lib/modules/ -path '*/drivers/net/*' -o -path '*/drivers/bluetooth/*' -o -path '*/net/wireless/*' -o -path '*/drivers/infiniband/*' | sort)"
must_be_empty 'programs that serve or configure a network' "$(for name in sshd NetworkManager dhclient dhcpcd ifup avahi-daemon wpa_supplicant chronyd ntpd connmand cupsd rpcbind nmbd smbd apache2 nginx exim4 dnsmasq telnetd rsync nc ncat curl wget; do
    find usr/bin usr/sbin usr/lib/systemd usr/libexec -name "$name" 2>/dev/null
done)"
must_be_empty 'units that listen or fetch' "$(find etc/systemd/system -path '*.wants/*' \( -name '*network*' -o -name '*resolved*' -o -name '*timesyncd*' -o -name 'apt-*' -o -name 'ssh*' \) | sort)"
must_be_empty 'sources of packages' "$(cat etc/apt/sources.list etc/apt/sources.list.d/* 2>/dev/null || true)"
must_be_empty 'users with a password' "$(awk -F: '$2 !~ /^[!*]/ {print "  " $1}' etc/shadow)"
must_be_empty 'private keys' "$(find etc var/lib root home -xdev \( -name '*.key' -o -name 'ssh_host_*' -o -name '*.pem' \) ! -path '*/ssl/certs/*' | sort)"
{
    printf '\nFiles that run with the rights of another (setuid, setgid):\n'
    find . -xdev -perm /6000 -type f -printf '  %m %p\n' | sort
    printf '\nUnits that are started:\n'
    find etc/systemd/system -path '*.wants/*' -printf '  %f\n' | sort -u
    printf '\nUnits that cannot be started:\n'
    find etc/systemd/system -maxdepth 1 -lname /dev/null -printf '  %f\n' | sort
    printf '\nFonts:\n'
    find usr/share/fonts opt/gpu-inspector -name '*.ttf' -printf '  %p\n' | sort | head -n 60
} >>"$list"
exit "$wrong"
