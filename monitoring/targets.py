"""What a target is called: its address as people write it, taken apart and checked."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from monitoring import guard

HTTP, TCP, DNS = "http", "tcp", "dns"
SCHEME_PORTS = {"http": 80, "https": 443}
WEB_PORTS = {80, 443, 8000, 8080, 8443}  # elsewhere only inside the networks that an administrator has allowed
DNS_PORT = 53
NAME_LIMIT = 253


@dataclass(frozen=True)
class Place:
    """Host and port to connect to, `url` or the DNS `question` to ask there; no host: the system's own resolver."""

    host: str
    port: int
    url: str = ""
    question: str = ""

    @property
    def key(self) -> str:
        return f"{self.host}:{self.port}"


def place(kind: str, address: str) -> Place:
    """Return where an address leads: a URL, `host:port`, or `name` and `name@server:port`. Raises ValidationError."""
    return {HTTP: web_place, TCP: tcp_place, DNS: dns_place}[kind](address.strip())


def web_place(address: str) -> Place:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in SCHEME_PORTS or not is_host(host) or parts.username is not None or has_blanks(address):
        raise invalid(_("A web address is expected, for example https://example.org/."))
    return Place(ascii_name(host), port or SCHEME_PORTS[parts.scheme], url=address)


def tcp_place(address: str) -> Place:
    return server(address, None, _("Host and port are expected, for example 192.0.2.1:443."))


def dns_place(address: str) -> Place:
    words = _("A name is expected, with a server if it is not the usual one: example.org or example.org@192.0.2.53.")
    question, _at, at_server = address.partition("@")
    if not is_host(question) or (_at and not at_server):
        raise invalid(words)
    if not at_server:
        return Place("", DNS_PORT, question=question)
    found = server(at_server, DNS_PORT, words)
    return Place(found.host, found.port, question=question)


def server(text: str, port: int | None, words: str) -> Place:
    """Take `host:port` or `[IPv6]:port` apart; the port may be left out where a default is given."""
    if guard.is_address(text) and port:
        return Place(text, port)
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not is_host(host) or not port or parts.netloc != text or parts.username is not None:
        raise invalid(words)
    return Place(ascii_name(host), port)


def ascii_name(host: str) -> str:
    return host if guard.is_address(host) else host.encode("idna").decode()


def is_host(name: str) -> bool:
    if guard.is_address(name):
        return "%" not in name
    try:
        labels = name.encode("idna").decode().rstrip(".").split(".") if 0 < len(name) <= NAME_LIMIT else []
    except UnicodeError:
        return False
    return bool(labels) and all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels)


def has_blanks(text: str) -> bool:
    return any(character <= " " or character in '\\"<>' for character in text)


def check_port(found: Place, address: str) -> None:
    """Raise Refused for a web port that is none, unless the address lies in an allowed network."""
    if found.port not in WEB_PORTS and not guard.is_listed(address):
        raise guard.Refused(f"{address}:{found.port}", found.host)


def check_literal(found: Place) -> None:
    """Refuse at once an address that no probe will ever be sent to; names are judged each time by what they lead to."""
    if found.host and guard.is_address(found.host) and not guard.is_allowed(found.host):
        raise invalid(
            _("%(address)s lies in a network that is not allowed. PROBE_ALLOWED_NETWORKS names those that are.")
            % {"address": found.host}
        )
    if found.url and guard.is_address(found.host) and found.port not in WEB_PORTS and not guard.is_listed(found.host):
        ports = ", ".join(map(str, sorted(WEB_PORTS)))
        raise invalid(_("Web addresses outside have one of the ports %(ports)s.") % {"ports": ports})


def invalid(words: str) -> ValidationError:
    return ValidationError(words, code="invalid")
