"""Finding: the nouns a reader may see, their best matches, and what is shown of each. Three queries at most, besides
those of the directories: one for the matches of all nouns, one for their texts, one for what was said about them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.safestring import SafeString

from workflow.search import typed as typing
from workflow.search.highlights import excerpt, marked
from workflow.search.index import engine
from workflow.search.nouns import Noun, directories, registered
from workflow.search.typed import Typed

MOST = 1000  # the newest matches of a noun are ranked, and counted
MOST_SAID = 400  # comments and file names looked through for the excerpts of one page
NAMED = 5  # of a directory, among others


@dataclass(frozen=True)
class Hit:
    """One object that was found. `is_exact`: what was typed is its number."""

    noun: str
    label: Any
    icon: str
    id: int
    title: str
    title_html: SafeString
    excerpt_html: SafeString
    url: str
    number: str = ""
    status: str = ""
    status_label: str = ""
    is_exact: bool = False


@dataclass
class Found:
    """A page of hits, and how many of each noun there are; `bounded` nouns have more than are counted."""

    typed: Typed
    hits: list[Hit] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    bounded: set[str] = field(default_factory=set)
    exact: list[Hit] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def only(self) -> Hit | None:
        """The one object whose number was typed in full, where that leaves no doubt."""
        return self.exact[0] if len(self.exact) == 1 and not self.typed.is_bare_number else None


@dataclass(frozen=True, order=True)
class Match:
    """Sorts best first, then the newest."""

    order: tuple[float, int]
    noun: str
    id: int


def find(user: Any, text: str, *, noun: str = "", start: int = 0, size: int = 20) -> Found:
    """Return the hits `start` to `start + size` for what was typed, of one noun or of all.

    First the object whose number it is, then people, then what says these words, the best first.
    """
    found = Found(typing.read(text))
    if not found.typed.says_something:
        return found
    exact = numbered(user, found.typed)
    numbers = {(match.noun, match.id) for match in exact}
    matches = matching(user, found, start + size + len(exact))
    for name, count in Counter(match.noun for match in exact).items():
        found.counts[name] = max(count, found.counts.get(name, 0))
    rest = sorted(match for match in matches if (match.noun, match.id) not in numbers)
    entries: list[Match | Hit] = [*exact, *listed(user, found, noun), *rest]
    page = [entry for entry in entries if noun in ("", entry.noun)][start : start + size]
    found.hits = described(user, page, found.typed, numbers)
    found.exact = [hit for hit in found.hits if hit.is_exact]
    return found


def matched(user: Any, name: str, text: str) -> list[int]:
    """Return the ids of the newest matches of one noun, and of the object whose number it is."""
    noun, typed = registered[name], typing.read(text)
    if not typed.says_something:
        return []
    exact = [pk for rows in noun.numbered(user, typed.text) for pk in rows.values_list("pk", flat=True)]
    branch = branch_of(user, noun, typed, MOST) if typed.words else None
    return exact + [pk for _name, pk, *_rest in ask([branch] if branch else [])]


def matching(user: Any, found: Found, most: int) -> list[Match]:
    """Return the best `most` matches of every noun that the reader may see, and count them into `found`."""
    if not found.typed.words:
        return []
    branches = [branch for noun in registered.values() if (branch := branch_of(user, noun, found.typed, most))]
    rows = ask(branches)
    for name, _id, _rank, matches in rows:
        found.counts[name] = matches
        if matches >= MOST:
            found.bounded.add(name)
    return [Match((-rank, -number), name, number) for name, number, rank, _matches in rows]


def ask(branches: list[tuple[str, list[Any]]]) -> list[tuple[Any, ...]]:
    if not branches:
        return []
    with connection.cursor() as cursor:
        sql = " UNION ALL ".join(sql for sql, _parameters in branches)
        cursor.execute(sql, [value for _sql, parameters in branches for value in parameters])
        return cursor.fetchall()


def branch_of(user: Any, noun: Noun, typed: Typed, shown: int) -> tuple[str, list[Any]] | None:
    """Return the SELECT of one noun's matches, None where the reader may see nothing of it."""
    try:
        visible = noun.findable(user).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    scope = None if noun.sees_all(user) else visible
    inner = noun.has_internal and noun.reads_internal(user)
    return engine(connection).branch(noun.name, typed, scope, inner=inner, most=MOST, shown=shown)


def numbered(user: Any, typed: Typed) -> list[Match]:
    """Return the objects whose number was typed."""
    rows = [labelled(noun, found) for noun in registered.values() for found in noun.numbered(user, typed.text)]
    return [Match((0.0, -pk), name, pk) for name, pk in together(rows)]


def labelled(noun: Noun, rows: QuerySet[Any], **columns: Any) -> QuerySet[Any]:
    name = Value(noun.name, output_field=CharField())
    return rows.order_by().annotate(found_noun=name, **columns).values_list("found_noun", "pk", *columns)


def together(rows: list[QuerySet[Any]]) -> list[tuple[Any, ...]]:
    """Ask several nouns in one query."""
    return list(rows[0].union(*rows[1:], all=True).order_by()) if rows else []


def text_of(name: str) -> Any:
    return Coalesce(Cast(F(name), TextField()), Value("", output_field=TextField()))


def described(user: Any, page: Sequence[Match | Hit], typed: Typed, exact: set[tuple[str, int]]) -> list[Hit]:
    """Return what is shown of the matches, in their order. What the reader may not see drops out here as well."""
    ids: dict[str, list[int]] = defaultdict(list)
    for entry in page:
        if isinstance(entry, Match):
            ids[entry.noun].append(entry.id)
    texts = {(name, pk): columns for name, pk, *columns in together(list(texts_of(user, ids)))}
    silent = {key for key, (title, body, *_rest) in texts.items() if not tells_all(typed, title, body)}
    said = said_of(user, silent)
    hits = []
    for entry in page:
        key = entry.noun, entry.id
        if isinstance(entry, Hit):
            hits.append(entry)
        elif key in texts:
            hits.append(hit_of(registered[key[0]], key[1], texts[key], said[key], typed, is_exact=key in exact))
    return hits


def texts_of(user: Any, ids: dict[str, list[int]]) -> Iterable[QuerySet[Any]]:
    for name, wanted in ids.items():
        noun = registered[name]
        gap = Value("\n", output_field=TextField())
        pieces = [piece for text in noun.texts for piece in (gap, text_of(text))][1:]
        empty = Value("", output_field=TextField())
        yield labelled(
            noun,
            noun.findable(user).filter(pk__in=wanted),
            found_title=text_of(noun.shown_title or noun.title),
            found_body=Concat(*pieces) if len(pieces) > 1 else pieces[0] if pieces else empty,
            found_number=text_of(noun.number) if noun.number else empty,
            found_status=text_of(noun.status) if noun.status else empty,
        )


def tells_all(typed: Typed, *texts: str) -> bool:
    """Say whether these texts show every wanted word, so that no others need be read."""
    shown = set(typing.WORD.findall(typing.fold(" ".join(texts))[:5000]))
    return all(any(word.is_form_of(folded) for folded in shown) for word in typed.words)


def said_of(user: Any, keys: set[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """Return the comments that the reader may see and the names of files, the newest first."""
    ids: dict[str, list[int]] = defaultdict(list)
    for name, pk in keys:
        ids[name].append(pk)
    rows = []
    for name, wanted in ids.items():
        noun = registered[name]
        mine = {f"{noun.link}__in": wanted}
        if noun.comments:
            comments = noun.comments._default_manager.filter(**mine)
            if noun.has_internal and not noun.reads_internal(user):
                comments = comments.filter(internal=False)
            rows.append(spoken(noun, comments, "text", noun.link))
            if noun.comment_files:
                sent = noun.comment_files._default_manager.filter(comment__in=comments)
                rows.append(spoken(noun, sent, "file__name", f"comment__{noun.link}"))
        if noun.files:
            rows.append(spoken(noun, noun.files._default_manager.filter(**mine), "file__name", noun.link))
    said: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, pk, text in together(rows)[:MOST_SAID]:
        said[name, pk].append(text)
    return said


def spoken(noun: Noun, rows: QuerySet[Any], text: str, link: str) -> QuerySet[Any]:
    name = Value(noun.name, output_field=CharField())
    named = rows.order_by().annotate(found_noun=name, found_text=Cast(F(text), TextField()))
    return named.values_list("found_noun", f"{link}_id", "found_text")


def hit_of(noun: Noun, pk: int, columns: list[str], said: list[str], typed: Typed, *, is_exact: bool) -> Hit:
    title, body, number, status = columns
    subject = noun.model(pk=pk, **({noun.number: number} if noun.number else {}))
    choices = dict(noun.model._meta.get_field(noun.status).flatchoices) if noun.status else {}  # type: ignore[union-attr]
    return Hit(
        noun=noun.name,
        label=noun.label,
        icon=noun.icon,
        id=pk,
        title=title,
        title_html=marked(title, typed.words),
        excerpt_html=excerpt([body, *said], typed.words),
        url=subject.get_absolute_url(),  # type: ignore[attr-defined]
        number=number or str(getattr(subject, "number", "")),
        status=status,
        status_label=str(choices.get(status, "")),
        is_exact=is_exact,
    )


def listed(user: Any, found: Found, noun: str) -> list[Hit]:
    """Return whom and what the directories have under that name; a few of them when all nouns are asked."""
    hits = []
    for name, directory in directories.items():
        most = MOST if noun == name else NAMED
        rows = directory.find(user, found.typed.text, most + 1)
        if rows:
            found.counts[name] = min(len(rows), most)
        if len(rows) > most:
            found.bounded.add(name)
        for row in rows[:most]:
            title = marked(row.title, found.typed.words)
            what = name, directory.label, directory.icon
            hits.append(Hit(*what, row.id, row.title, title, marked(row.details, ()), row.url))
    return hits
