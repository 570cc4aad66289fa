import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mailers import mailers


def options(url):
    return mailers(url)["default"]["OPTIONS"]


def test_without_an_address_there_is_no_mailer():
    assert mailers("") == {}


@pytest.mark.parametrize(
    ("url", "tls", "ssl"),
    [
        ("smtp://mail.example.org", False, False),
        ("smtp+tls://mail.example.org:587", True, False),
        ("smtps://mail.example.org", False, True),
        ("smtp+ssl://mail.example.org", False, True),
    ],
)
def test_the_scheme_says_how_the_line_is_secured(url, tls, ssl):
    assert (options(url)["use_tls"], options(url)["use_ssl"]) == (tls, ssl)


def test_special_characters_are_decoded():
    found = options("smtp+tls://vakhta%40example.org:p%3Aa%2Fss@mail.example.org:587")

    assert (found["username"], found["password"]) == ("vakhta@example.org", "p:a/ss")
    assert (found["host"], found["port"]) == ("mail.example.org", 587)


def test_the_server_is_not_waited_for_without_end():
    assert options("smtp://mail.example.org")["timeout"] == 10


@pytest.mark.parametrize("url", ["mail.example.org", "ftp://mail.example.org", "smtp://", "smtp://host:port"])
def test_what_is_not_understood_is_refused_in_one_line_without_the_password(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is not understood"):
        mailers(url)
