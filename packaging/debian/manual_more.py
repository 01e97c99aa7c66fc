"""What the program's own manual page says beyond the commands' help: exit statuses, environment, files.

The same as in README, in the manual's form; a test holds the exit statuses and names against the program.
"""

STATUSES = [
    ("0", "inspect, judge: identity CONSISTENT and not FAULTY. verify: intact and trusted. ledger verify: whole."),
    ("1", "Failed: no card, no file, a report that could not be written, a file that could not be read."),
    ("2", "Wrong usage."),
    ("3", "verify: intact, the signer is not known here."),
    ("4", "verify: altered, mangled or not ours. ledger verify: altered; the row is named."),
    ("10", "inspect, judge: identity INCONCLUSIVE."),
    ("11", "inspect, judge: identity SUSPICIOUS, which is an unexplained deviation."),
    ("12", "inspect, judge: identity CONTRADICTED."),
    ("13", "inspect, judge: identity CONSISTENT but the card is FAULTY."),
    ("130", "Stopped with Ctrl-C."),
]
ENVIRONMENT = [
    ("GPU_INSPECTOR_HOME", "The folder of all of a user's own files, in place of the one below FILES."),
    ("GPU_INSPECTOR_LEDGER", "The ledger's file; an option --ledger goes first."),
    ("GPU_INSPECTOR_PASSPHRASE", "Opens the signing key where nobody can be asked."),
    ("GPU_INSPECTOR_PIN", "Opens a smart card where nobody can be asked."),
    (
        "GPU_INSPECTOR_REDFISH_USER, GPU_INSPECTOR_REDFISH_PASSWORD, GPU_INSPECTOR_REDFISH_CERTIFICATE",
        "How a management controller at a local address is asked for its inventory.",
    ),
]
FILES = [
    (
        "~/.local/share/gpu-inspector/",
        "Ledger, signing key, settings, reports and log of a user. Removing the package leaves them.",
    ),
    (
        "/usr/libexec/gpu-inspector-read-rom",
        "Reads the vBIOS out of a card for `inspect --read-vbios`, through pkexec; the one step that needs root.",
    ),
]
MORE = [("EXIT STATUS", STATUSES), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)]

WINDOW = """\
.TH "GPU\\-INSPECTOR\\-GUI" "1" "{date}" "GPU Inspector {version}" "GPU Inspector"
.nh
.ad l
.SH NAME
gpu\\-inspector\\-gui \\- Open the window of GPU Inspector
.SH SYNOPSIS
\\fBgpu\\-inspector\\-gui\\fP
.SH DESCRIPTION
.PP
Opens the window, for a desktop's menu; \\fBgpu\\-inspector\\fP without a command does the same. It takes no arguments.
Exit status: 0, or 1 with a sentence on standard error where no window can open.
.SH SEE ALSO
\\fBgpu\\-inspector\\fP(1)
"""

HELPER = """\
.TH "GPU\\-INSPECTOR\\-READ\\-ROM" "8" "{date}" "GPU Inspector {version}" "GPU Inspector"
.nh
.ad l
.SH NAME
gpu\\-inspector\\-read\\-rom \\- read the vBIOS of one NVIDIA card, as root
.SH SYNOPSIS
\\fBpkexec /usr/libexec/gpu\\-inspector\\-read\\-rom\\fP ADDRESS
.SH DESCRIPTION
.PP
Writes the ROM of the NVIDIA display device at a PCI address such as 0000:01:00.0 to standard output, at most 2 MiB.
The kernel switches the ROM on while it is read and off again; nothing is written to the card.
\\fBgpu\\-inspector inspect \\-\\-read\\-vbios\\fP calls it through \\fBpkexec\\fP(1),
which asks for an administrator's password each time.
.PP
Exit status: 0, 2 wrong usage, 3 no device at this address, 4 no NVIDIA card, 5 the system gives no ROM of it, 6 not
root, 7 it could not be read, 8 stopped, or not done in a minute.
.SH SEE ALSO
\\fBgpu\\-inspector\\-inspect\\fP(1)
"""


def helper(version: str, date: str) -> str:
    """The page of the helper that reads a vBIOS."""
    return HELPER.format(version=version, date=date)


def window(version: str, date: str) -> str:
    """The page of the second name."""
    return WINDOW.format(version=version, date=date)
