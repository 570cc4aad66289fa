"""What stands between the server and Django: bodies of known length, charsets that change nothing."""

import codecs
import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

type Environ = dict[str, Any]
type Wsgi = Callable[[Environ, Any], Iterable[bytes]]
CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;\s]*)', re.IGNORECASE)
CLAIMED = "vakhta.charset"
ACCEPTED = {"utf-8", "utf-8-sig", "ascii"}


def prepared(application: Wsgi) -> Wsgi:
    """Wrap a WSGI application, so that Django sees a body's length and never decodes an address by a body's charset."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        set_charset_aside(environ)
        try:
            measure(environ)
        except OSError:  # the chunks mean nothing, or the client hung up
            start_response("400 Bad Request", [("Content-Length", "0"), ("Connection", "close")])
            return []
        return application(environ, start_response)

    return answer


def measure(environ: Environ) -> None:
    """Read a chunked body, which Django would take for empty, and say how long it is.

    At most one byte more than DATA_UPLOAD_MAX_MEMORY_SIZE is read: that one makes Django refuse it as too large.
    """
    encodings = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    if "chunked" in encodings and environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH"):
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        del environ["HTTP_TRANSFER_ENCODING"]
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}


def set_charset_aside(environ: Environ) -> None:
    """Django obeys a charset while it makes the request, where no middleware catches what goes wrong."""
    content_type = environ.get("CONTENT_TYPE", "")
    if claimed := CHARSET.search(content_type):
        environ |= {"CONTENT_TYPE": CHARSET.sub("", content_type), CLAIMED: claimed[1].strip('"')}


def is_readable(request: HttpRequest) -> bool:
    """Say whether the body claims no charset, or one that UTF-8 covers."""
    claimed = request.META.get(CLAIMED) or request.encoding
    try:
        return not claimed or codecs.lookup(claimed).name in ACCEPTED
    except (LookupError, ValueError):
        return False
