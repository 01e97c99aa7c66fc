# Read by the medium's own scripts: names and the one way to tell a boot test how far things are.
# shellcheck shell=bash
LABEL=GPUI-DATA
RUN=/run/gpu-inspector
MAPPED=gpui-data
MOUNTED=$RUN/data

has_switch() { # A word of the kernel's command line
    grep -qw -- "$1" /proc/cmdline
}

tell() { # One line for who watches the serial line; only where the entry of the boot menu asked for it
    if has_switch gpu-inspector.tell=1; then
        printf '\r\nGPUI: %s\r\n' "$*" >/dev/console 2>/dev/null || true
    fi
}

fresh() { # Keys that were pressed before there was a question are no answer to it
    while read -r -t 0.05 -n 1000 _; do :; done
}
