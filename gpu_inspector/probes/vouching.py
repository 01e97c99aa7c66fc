"""Who answers for a file of the driver: the package database of the bench, asked for owner and digest.

What this can say is limited, and the checks know it: a database lies on the same disk as the file, so whoever
owns the machine can change both, and a package's own origin is not looked at. It finds what the known patched
drivers do, which is to put other files where the packages' files were, and not to care about the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gpu_inspector.language import N_
from gpu_inspector.probes.bench import LARGE, Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import VouchedFile

VOUCHED = N_("vouched")
BUILT = N_("built from a vouched source")
ALTERED = N_("altered")
UNVOUCHED = N_("unvouched")
UNKNOWN = N_("unknown")

ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
"""Number of hexadecimal digits -> digest: dpkg lists MD5, rpm SHA-256 and, on old systems, MD5."""
MERGED = ("/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/")
"""Folders that are links into /usr on a merged system, while packages may still list the old path."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a package says of one of its files; `digest` is None where it lists none (a link, a configuration)."""

    package: str
    version: str
    digest: str | None


class Database(Protocol):
    """A package database that can be asked."""

    def entry(self, path: str) -> Entry | None:
        """The owner's entry for a path, None where no package lists it."""


def databases(bench: Bench) -> tuple[Database, ...]:
    """The package databases that this bench has and that answer."""
    found: list[Database] = []
    dpkg = DpkgDatabase(bench)
    if dpkg.present:
        found.append(dpkg)
    rpm = RpmDatabase(bench)
    if rpm.present:
        found.append(rpm)
    return tuple(found)


def aliases(path: str) -> tuple[str, ...]:
    """The path, and how it is called before or after /usr was merged with the root."""
    if path.startswith("/usr/") and path.removeprefix("/usr").startswith(MERGED):
        return (path, path.removeprefix("/usr"))
    return (path, f"/usr{path}") if path.startswith(MERGED) else (path,)


class DpkgDatabase:
    """Debian's database, read from its files: `info/*.list` for owners, `info/*.md5sums` for digests.

    The digests of configuration files stand in `status` alone.
    """

    FOLDER = "/var/lib/dpkg"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        lists = [name for name in bench.names(f"{self.FOLDER}/info") if name.endswith(".list")]
        # The driver's own packages first: one of them owns the file in every honest case.
        self._lists = sorted(lists, key=lambda name: ("nvidia" not in name, name))
        self._entries: dict[str, Entry] = {}
        self._versions: dict[str, str] | None = None
        self._configurations: dict[str, str] = {}

    @property
    def present(self) -> bool:
        return bool(self._lists)

    def entry(self, path: str) -> Entry | None:
        for alias in aliases(path):
            if alias in self._entries:
                return self._entries[alias]
        needles = [f"\n{alias}\n".encode(errors="replace") for alias in aliases(path)]
        for name in self._lists:
            data = b"\n" + (self._bench.data(f"{self.FOLDER}/info/{name}", LARGE) or b"") + b"\n"
            if any(needle in data for needle in needles):
                self._take(name.removesuffix(".list"), data)
                return next((self._entries[alias] for alias in aliases(path) if alias in self._entries), None)
        return None

    def _take(self, package: str, listed: bytes) -> None:
        """Keep a whole package's entries: the next question is most often for its next file."""
        digests: dict[str, str] = {}
        sums = self._bench.text(f"{self.FOLDER}/info/{package}.md5sums", LARGE) or ""
        for line in sums.splitlines():
            digest, _, path = line.partition(" ")
            digests["/" + path.strip().lstrip("/")] = digest.lower()
        name = clean(package.partition(":")[0])
        version = self._version(package)
        for path in listed.decode("utf-8", errors="replace").split("\n"):
            if path:
                digest_listed = digests.get(path) or self._configurations.get(path)
                self._entries.setdefault(path, Entry(name, version, digest_listed))

    def _version(self, package: str) -> str:
        if self._versions is None:
            self._versions = {}
            status = self._bench.text(f"{self.FOLDER}/status", LARGE) or ""
            for stanza in status.split("\n\n"):
                fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
                name, version = fields.get("Package", ""), clean(fields.get("Version", ""))
                self._versions.setdefault(name, version)
                self._versions[f"{name}:{fields.get('Architecture', '')}"] = version
                # " /etc/name digest", and a third word where the file is no longer the package's.
                for words in (line.split() for line in stanza.splitlines() if line.startswith(" /")):
                    if len(words) == 2:
                        self._configurations.setdefault(words[0], words[1].lower())
        return self._versions.get(package, "")


class RpmDatabase:
    """The database of Fedora, RHEL, SUSE and their kin; only its own command can read it."""

    FOLDERS = ("/usr/lib/sysimage/rpm", "/var/lib/rpm", "/usr/share/rpm")
    FORMAT = "%{NAME}\\t%{VERSION}-%{RELEASE}\\n[%{FILEDIGESTS}\\t%{FILENAMES}\\n]"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._entries: dict[str, Entry] = {}
        filled = any(bench.names(folder) for folder in self.FOLDERS)
        self.present = filled and bool(bench.ask("rpm", "-q", "--qf", "%{NAME}", "rpm"))

    def entry(self, path: str) -> Entry | None:
        for alias in aliases(path):
            if alias not in self._entries:
                self._take(self._bench.ask("rpm", "-qf", "--qf", self.FORMAT, alias) or "")
            if alias in self._entries:
                return self._entries[alias]
        return None

    def _take(self, answer: str) -> None:
        """Lines of "name, version", each followed by the "digest, path" lines of that package."""
        package = version = ""
        for line in answer.splitlines():
            first, tab, second = line.partition("\t")
            if tab and second.startswith("/"):
                self._entries.setdefault(second, Entry(package, version, first.lower() or None))
            elif tab:
                package, version = clean(first), clean(second)


def vouch(bench: Bench, known: Iterable[Database], path: str) -> VouchedFile:
    """Who answers for the file at this path, which has no links in it (`Bench.real`)."""
    asked = False
    for database in known:
        asked = True
        entry = database.entry(path)
        if entry is not None:
            return VouchedFile(clean(path), _compare(bench, path, entry), entry.package, entry.version)
    # A container's own database knows nothing of a file that its host put there.
    foreign = path in mounted_files(bench)
    return VouchedFile(clean(path), UNVOUCHED if asked and not foreign else UNKNOWN)


def _compare(bench: Bench, path: str, entry: Entry) -> str:
    algorithm = ALGORITHMS.get(len(entry.digest or ""))
    found = bench.digest(path, algorithm) if algorithm else None
    if found is None:
        return UNKNOWN
    return VOUCHED if found == entry.digest else ALTERED


def mounted_files(bench: Bench) -> frozenset[str]:
    """Places that something is mounted on, from the fifth field of /proc/self/mountinfo."""
    lines = (bench.text("/proc/self/mountinfo", LARGE) or "").splitlines()
    return frozenset(words[4] for line in lines if len(words := line.split(" ")) > 4)


@dataclass(frozen=True, slots=True)
class VouchedTree:
    """A folder of sources: the state of its worst file, that file, and the package of the rest."""

    state: str
    package: str = ""
    version: str = ""
    offender: str = ""


def vouch_tree(bench: Bench, known: tuple[Database, ...], folder: str) -> VouchedTree:
    """Whether packages answer for every single file below a folder. An empty folder is unvouched.

    One file that no package lists spoils the whole: a patch is one file more.
    """
    if not known:
        return VouchedTree(UNKNOWN)
    package = version = ""
    seen: set[str] = set()
    for path in bench.files(folder):
        real = bench.real(path)
        if real in seen:
            continue
        seen.add(real)
        file = vouch(bench, known, real)
        if file.state != VOUCHED:
            return VouchedTree(file.state, file.package, file.version, file.path)
        if not package or path.endswith("/dkms.conf"):
            package, version = file.package, file.version
    return VouchedTree(VOUCHED if seen else UNVOUCHED, package, version)
