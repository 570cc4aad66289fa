"""What a form tells about the files that it takes."""

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.simple_tag
def accepted_types() -> str:
    """What the browser offers to choose from."""
    return ",".join(f".{name}" for name in settings.FILE_TYPE_DOWNLOAD)


@register.simple_tag
def largest_file() -> int:
    return settings.MAX_FILE_SIZE_DOWNLOAD


@register.simple_tag
def upload_limits() -> str:
    size = filesizeformat(settings.MAX_FILE_SIZE_DOWNLOAD).replace(".0", "").replace(",0", "")
    count = settings.FILES_PER_REQUEST
    return ngettext("%(count)s file up to %(size)s", "up to %(count)s files of %(size)s", count) % {
        "count": count,
        "size": size,
    }


@register.simple_tag
def too_large() -> str:
    """What a file over the limit is refused with before it is sent."""
    limit = filesizeformat(settings.MAX_FILE_SIZE_DOWNLOAD)
    return gettext("Larger than %(limit)s. Make it smaller or split it.") % {"limit": limit}
