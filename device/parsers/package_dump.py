"""``dumpsys package`` of Android 6 to 17 as a stream: bytes in, ``PackageDump`` out.

Here the sections are told apart; ``block_reader`` and ``permission_reader`` read them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

from device.parsers.block_reader import PACKAGE, BlockReader, Memo
from device.parsers.known_blocks import KnownBlocks, digest_of, pieces
from device.parsers.lines import Lines
from device.parsers.package_records import PackageDump
from device.parsers.permission_reader import PermissionReader

PACKAGES = "Packages"
HIDDEN = "Hidden system packages"
SHARED_USERS = "Shared users"
PERMISSIONS = "Permissions"
APPOP_PERMISSIONS = "AppOp Permissions"
RENAMED = "Renamed packages"

_READ = frozenset({PACKAGES, HIDDEN, SHARED_USERS, PERMISSIONS, APPOP_PERMISSIONS, RENAMED})
# Some tools indent the whole answer.
_INDENTED = frozenset(f"{' ' * shift}{title}:" for title in _READ for shift in range(1, 9))
_OTHER_TITLE = re.compile(
    r"(?:Database versions|Known Packages|Verifiers|Domain Verifier|Intent Filter Verifier"
    r"|Libraries|Features|(?:Activity|Receiver|Service|Provider) Resolver Table"
    r"|Preferred Activities User \d+|App verification status|App linkages for user \d+"
    r"|Domain verification status|Registered ContentProviders|ContentProvider Authorities"
    r"|Key Set Manager|Queries|Package Changes|Frozen packages|Loaded volumes"
    r"|Service permissions|Dexopt state|Compiler stats|Settings parse messages"
    r"|Package (?:warning|performance) messages|(?:Active|Finalized|Historical|Legacy) install"
    r" sessions|Per UID read timeouts|(?:Active|Inactive|Factory) APEX packages"
    r"|APEX session state|Protected broadcasts|Snapshot statistics|Instant apps"
    r"|SPEG state|Profile utilization state|HeimdAllFS state|Active install Logging info):"
)
_SERVICE = re.compile(r"DUMP OF SERVICE (?:(?:CRITICAL|HIGH|NORMAL) )?(\S+?):?")
_BROKEN_OFF = re.compile(
    r"\*\*\* (?!SERVICE '(?!package')).*\btime(?:d )?out\b|Error (?:with service|dumping service)",
    re.IGNORECASE,
)
# What stands around a dump: a bug report's rules, a Markdown fence, a shell's prompt.
_FRAME = re.compile(r"---|```|~~~|\*\*\* |\S{0,80} ?[$#](?: |$)")

_SAMPLES = 5
_SAMPLE_LENGTH = 200


def parse_packages(chunks: Iterable[bytes], known: KnownBlocks | None = None) -> PackageDump:
    """Reads an answer of ``dumpsys package`` with or without arguments.

    ``chunks`` may be a bug report's section or a file with other text around the answer. Whatever
    the bytes are, this raises nothing; what is wrong with them stands in the ``PackageDump``.
    Packages that are ``known`` are not read again; those that are new to it it gets to know.
    """
    reader = _Reader()
    lines = Lines(chunks if known is None else reader.unknown_pieces(chunks, known))
    last = ""
    for some in lines:
        reader.feed(some)
        last = some[-1]
    return reader.finish(last if lines.cut else None)


def _discard(_line: str) -> None:
    """Takes the lines of a section that nothing is read from."""


class _Reader:
    def __init__(self) -> None:
        self.unknown_lines = 0
        self.samples: list[str] = []
        self.blocks = BlockReader(self.unknown)
        self.permissions = PermissionReader(self.unknown)
        self.section = ""
        self.sections: set[str] = set()
        self.shift = 0
        self.foreign = False  # within another service's part of a bug report
        self.after_blank = True
        self.handle: Callable[[str], None] = _discard
        self.dropped: list[str] = []
        self.truncated = self.refused = self.missing_service = False

    def unknown_pieces(self, chunks: Iterable[bytes], known: KnownBlocks) -> Iterator[bytes]:
        """The pieces whose lines have to be read; what is known is taken in between.

        Whoever takes a piece feeds its lines before it takes the next.
        """
        utf16 = None
        for piece, whole in pieces(chunks):
            if utf16 is None:
                utf16 = piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            if not whole or utf16 or not self.among_packages():
                yield piece
                continue
            digest = digest_of(piece)
            record = known.get(digest)
            if record is not None and self.blocks.add(record):
                continue
            wrong = self.wrong()
            yield piece
            if self.among_packages() and self.wrong() == wrong:
                heading = piece.partition(b"\n")[0].decode(errors="replace")
                record = self.blocks.finish(heading)
                if record is not None:
                    known.learn(digest, record)

    def among_packages(self) -> bool:
        """Whether the next block is a package, read as Android prints it."""
        usual = self.section == PACKAGES and self.handle == self.blocks.line
        return usual and not (self.shift or self.foreign or self.refused or self.missing_service)

    def wrong(self) -> tuple[int, int, int]:
        """What a block can do beside giving a record: then it is read each time."""
        return self.unknown_lines, self.blocks.duplicates, len(self.sections)

    def feed(self, lines: list[str]) -> None:
        blocks = self.blocks
        memo, take, handle = self.memo(), blocks.take, self.handle
        for line in lines:
            item = memo.get(line)
            if item is not None:
                take(item)
                continue
            if handle is _discard:
                if line[:1] == " " and line not in _INDENTED and line[:11] != "  Package [":
                    continue
                self.line(line)
            elif line[:4] == "    " and not self.shift:
                handle(line)  # most lines; line() would do no more
                self.after_blank = False
            else:
                self.line(line)
            memo, take, handle = self.memo(), blocks.take, self.handle

    def memo(self) -> Memo:
        """The lines that need no look; what is indented further than usual needs one."""
        return {} if self.shift else self.blocks.memo

    def line(self, line: str) -> None:
        if line in _INDENTED and self.handle is _discard:
            self.indented_title(line)
            return
        if self.shift and not line[: self.shift].strip():
            line = line[self.shift :]
        if not line or line.isspace():
            self.after_blank = True
            return
        if line[0] != " ":
            self.outer(line.rstrip())
        elif self.handle is not _discard:
            self.handle(line)
        elif not self.foreign and self.section != HIDDEN and PACKAGE.fullmatch(line.rstrip()):
            # An excerpt without its title, or an app's text that looked like another title.
            self.blocks.start(shared=False)
            self.section, self.handle = PACKAGES, self.blocks.line
            self.handle(line)
        self.after_blank = False

    def indented_title(self, line: str) -> None:
        title = line.lstrip(" ")
        shift = len(line) - len(title)
        if not self.foreign and (not self.sections or shift == self.shift):
            self.shift = shift
            self.start(title[:-1])

    def outer(self, text: str) -> None:
        """Takes a line that begins at column 0."""
        if match := _SERVICE.fullmatch(text):
            self.start("")
            self.foreign = match[1] != "package"
            self.shift = 0
        elif self.foreign:
            return
        elif text.endswith(":") and (text[:-1] in _READ or _OTHER_TITLE.fullmatch(text)):
            self.start(text[:-1])
        elif text.endswith(" overlay paths:") and self.blocks.library_overlays():
            return
        elif not self.excuse(text):
            if _FRAME.match(text) or (self.after_blank and text.endswith(":")):
                self.start("")
            elif self.handle is not _discard:
                self.unknown(text)

    def excuse(self, text: str) -> bool:
        """Whether ``text`` is the phone's word that it cannot answer, or not to the end."""
        if _BROKEN_OFF.match(text):
            self.cut_off()
        elif text.startswith("Permission Denial"):
            self.refused = True
        elif text.startswith("Can't find service: package"):
            self.missing_service = True
        else:
            return False
        return True

    def start(self, title: str) -> None:
        self.blocks.start(shared=title == SHARED_USERS)
        self.permissions.open = ""
        self.section = title
        if title:
            self.sections.add(title)
        self.handle = {
            PACKAGES: self.blocks.line,
            SHARED_USERS: self.blocks.line,
            PERMISSIONS: self.permissions.line,
            APPOP_PERMISSIONS: self.permissions.appop_line,
        }.get(title, _discard)

    def unknown(self, line: str) -> None:
        if line.isspace():
            return
        self.unknown_lines += 1
        if len(self.samples) < _SAMPLES:
            self.samples.append(line[:_SAMPLE_LENGTH])

    def cut_off(self) -> None:
        """The text ends here too early: what is open may lack lines and is dropped."""
        self.truncated = True
        name = self.blocks.drop() or self.permissions.drop()
        if name:
            self.dropped.append(name)
        self.start("")

    def matters(self, last: str) -> bool:
        """Whether something may be missing, as no line end follows the text's ``last`` line."""
        if self.handle == self.blocks.line:
            return not self.blocks.is_whole_after(last)
        # Whatever else is read stands before or right after these.
        return self.handle is not _discard or self.section in {HIDDEN, RENAMED, "Queries"}

    def finish(self, cut_line: str | None) -> PackageDump:
        early = bool(self.section) and PACKAGES not in self.sections
        if self.blocks.is_short() or (cut_line is not None and (early or self.matters(cut_line))):
            self.cut_off()
        self.start("")
        packages = tuple(self.blocks.packages.values())
        return PackageDump(
            packages=packages,
            shared_users=tuple(self.blocks.shared_users.values()),
            definitions=self.permissions.definitions(),
            appop_permissions={name: tuple(apps) for name, apps in self.permissions.appop.items()},
            sections=frozenset(self.sections),
            unknown_lines=self.unknown_lines,
            unknown_samples=tuple(self.samples),
            duplicates=self.blocks.duplicates,
            dropped=tuple(self.dropped),
            unreadable=tuple(self.blocks.unreadable),
            without_users=tuple(record.name for record in packages if not record.users),
            truncated=self.truncated,
            refused=self.refused,
            missing_service=self.missing_service,
        )
