"""The Russian catalogue without system gettext: collect, check and compile with Babel.

Texts stand in the sources in English. Templates are first turned into calls of gettext by Django's own
`templatize`, then read like Python.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "ru"
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "config.catalogue:extract_template"),
    ("templates/**.txt", "config.catalogue:extract_template"),
]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def po_path() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.po"


def mo_path() -> Path:
    return po_path().with_suffix(".mo")


def extract_template(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extraction method for Django templates."""
    calls = templatize(fileobj.read().decode())
    flat = "\n".join(line.strip() for line in calls.splitlines())
    yield from extract_python(io.BytesIO(flat.encode()), keywords, comment_tags, options)


def wanted_folder(folder: str) -> bool:
    path = Path(folder)
    return not path.name.startswith(".") and path.name not in {
        "tests", "migrations", "build", "data", "staticfiles", "static", "locale", "deploy", "docs",
    }  # fmt: skip


def collected() -> Catalog:
    """Return every text that the sources offer for translation."""
    catalogue = Catalog(fuzzy=False)
    found = extract_from_dir(
        settings.BASE_DIR, METHODS, keywords=KEYWORDS, directory_filter=wanted_folder, comment_tags=()
    )
    for _file, _line, message, _comments, context in found:
        catalogue.add(message, context=context)
    return catalogue


def stored() -> Catalog:
    with po_path().open("rb") as file:
        return read_po(file, locale=LOCALE)


def update() -> int:
    """Write the catalogue anew: new texts empty, gone ones dropped, the order stable. Return how many are empty."""
    fresh, old = collected(), stored() if po_path().exists() else Catalog(locale=LOCALE)
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for message in fresh:
        if message.id:
            known = old.get(key(message), message.context)
            catalogue.add(message.id, known.string if known else "", context=message.context)
    po_path().parent.mkdir(parents=True, exist_ok=True)
    with po_path().open("wb") as file:
        file.write(HEADER)
        write_po(file, catalogue, width=116, omit_header=True, sort_output=True, no_location=True)
    return len(list(empty(catalogue)))


# Without dates and names: the catalogue changes only when a text does.
HEADER = b"""\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
"n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""


def key(message: Message) -> Any:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def forms(text: Any) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def empty(catalogue: Catalog) -> Iterator[Message]:
    for message in catalogue:
        if message.id and not all(forms(message.string) or ("",)):
            yield message


def problems() -> list[str]:
    """Return what keeps the catalogue from being complete: missing, empty, fuzzy, gone texts, lost placeholders."""
    fresh, old = collected(), stored()
    offered = {(key(message), message.context) for message in fresh if message.id}
    known = {(key(message), message.context): message for message in old if message.id}
    found = [f"not in the catalogue: {text!r}" for text, context in sorted(offered - known.keys(), key=str)]
    found += [f"no longer in the sources: {text!r}" for text, context in sorted(known.keys() - offered, key=str)]
    found += [f"not translated: {key(message)!r}" for message in empty(old)]
    found += [f"fuzzy: {key(message)!r}" for message in old if message.id and message.fuzzy]
    return found + [f"placeholders differ: {key(message)!r}" for message in old if message.id and differs(message)]


def differs(message: Message) -> bool:
    """A translation uses the placeholders of its text; of plural forms the last, for many, all of them."""
    wanted, texts = set(PLACEHOLDER.findall(forms(message.id)[-1])), [text for text in forms(message.string) if text]
    strange = any(set(PLACEHOLDER.findall(text)) - wanted for text in texts)
    return strange or (bool(texts) and set(PLACEHOLDER.findall(texts[-1])) != wanted)


def is_stale() -> bool:
    return not mo_path().exists() or mo_path().stat().st_mtime < po_path().stat().st_mtime


def compile_catalogue() -> None:
    """Write the compiled catalogue, under another name first, so that a running server never reads half of it."""
    draft = mo_path().with_suffix(".draft")
    with draft.open("wb") as file:
        write_mo(file, stored())
    draft.replace(mo_path())
