"""Links of a list: this page's query string with something changed."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.templatetags.vakhta import icon, sentence
from workflow.exports import format_words

register = template.Library()


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some parameters replaced, empty ones left out; the pages start anew."""
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters.setlist(name, value if isinstance(value, list) else [str(value)])
    text = parameters.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag(takes_context=True)
def query_of(context: dict[str, Any], name: str, value: str) -> str:
    """`query` for a parameter whose name is known only at run time."""
    return query(context, **{name: value})


@register.simple_tag(takes_context=True)
def toggled(context: dict[str, Any], name: str, value: str) -> str:
    """This page's query string with one value of a many-valued filter added, or removed when it is there."""
    chosen = context["request"].GET.getlist(name)
    wanted = [other for other in chosen if other != value] if value in chosen else [*chosen, value]
    return query(context, **{name: wanted})


@register.filter
def words(text: str) -> list[str]:
    return text.split()


register.filter(format_words)


@register.filter
def values_of(parameters: Any, name: str) -> list[str]:
    """All values of a parameter of the query string."""
    return parameters.getlist(name)


@register.filter
def kept(parameters: Any, but: str) -> list[tuple[str, str]]:
    """The query string as pairs, without the parameters named in `but`: what a form must carry on."""
    left_out = but.split()
    return [(name, value) for name, values in parameters.lists() if name not in left_out for value in values]


@register.filter
def label_of(form: Any, name: str) -> str:
    """The label of a form's field, its name where it has none."""
    return str(form[name].label if name in form.fields else name)


@register.filter
def labels_of(choices: Any, values: list[str]) -> str:
    """The words of the chosen values, for a chip that says what it filters."""
    return ", ".join(str(label) for value, label in choices if str(value) in values)


@register.simple_tag(takes_context=True)
def sort_header(context: dict[str, Any], name: str, extra: str = "") -> SafeString:
    """A column head that sorts by `name`: down first, then up."""
    current = context["request"].GET.get("ordering", "")
    down = current == f"-{name}"
    state = {f"-{name}": "descending", name: "ascending"}.get(current, "")
    return format_html(
        '<th role="columnheader" scope="col" class="{}"{}><a href="{}">{}{}</a></th>',
        extra,
        format_html(' aria-sort="{}"', state) if state else "",
        query(context, ordering=name if down else f"-{name}"),
        sentence(context["filter"].filters["ordering"].names[name]),
        icon("arrow-down" if down else "arrow-up") if state else "",
    )
