"""What a file may be called: the uploader's own words, without what deceives the eye or a file system."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 240  # bytes in UTF-8: file systems take 255, a number in brackets still fits
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}  # control characters, bidi overrides and zero widths, surrogates, private use

# Extensions that some system would run or render: none may hide before the last one.
ACTIVE = re.compile(
    "apk|app|aspx?|bat|bin|cgi|chm|cmd|cpl|dll|dmg|elf|exe|gadget|hta|html?|inf|ins|iso|jar|jnlp|jse?|jsp|lnk|mht|mhtml"
    "|msc|msi|msp|mst|phar|php[3-8]?|phtml?|pif|pl|ps1|psm1|py|rb|reg|scf|scr|sct|sh|shtml|svgz?|swf|sys|url|vbe?|vbs"
    "|war|ws[cfh]?|xht|xhtml|xml|xslt?"
)
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # Windows opens a device, not a file


def cleaned(raw: str) -> str:
    """Return the last part of a path, composed, visible and of a length that file systems take; may be empty."""
    name = unicodedata.normalize("NFC", raw.encode("utf-8", "ignore").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(
        character for character in re.sub(r"\s", " ", name) if unicodedata.category(character) not in INVISIBLE
    )
    return shortened(re.sub(r" {2,}", " ", name).strip(" ."))


def shortened(name: str, longest: int = LONGEST) -> str:
    """Return `name` in at most `longest` bytes, cut before its extension."""
    if len(name.encode()) <= longest:
        return name
    stem, dot, last = name.rpartition(".")
    if not stem or len(last) > 10:
        stem, dot, last = name, "", ""
    room = longest - len(f"{dot}{last}".encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + last


def extension(name: str) -> str:
    """Return the last extension in lower case, empty for none."""
    stem, _dot, last = name.rpartition(".")
    return last.lower() if stem else ""


def hidden_extension(name: str) -> str | None:
    """Return an extension of something active that stands before the last one: `php` of `photo.php.png`."""
    return next((part for part in name.lower().split(".")[1:-1] if ACTIVE.fullmatch(part.strip())), None)


def in_archive(names: Iterable[str]) -> Iterator[str]:
    """Yield names that unpack anywhere: plain, allowed on Windows, and different even where case does not count."""
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r'[<>:"/\\|?*]', "_", cleaned(name)) or "file"
        plain = f"_{plain}" if RESERVED.match(plain) else plain
        free, number = plain, 1
        while free.lower() in taken:
            number += 1
            free = numbered(plain, number)
        taken.add(free.lower())
        yield free


def numbered(name: str, number: int) -> str:
    stem, dot, last = name.rpartition(".")
    return f"{stem} ({number}){dot}{last}" if stem else f"{name} ({number})"
