"""What the failures of several targets point at together."""

import errno
import ssl

import httpx
import pytest

from monitoring import guard
from monitoring.causes import Cause, Failed, is_silent
from monitoring.checks import Answer
from monitoring.models import Target
from monitoring.services.probing import cause_of

pytestmark = pytest.mark.once
GOOD = Answer(True, 0.02)
LATE = Answer(False, 3, Cause.TARGET, "No answer in time.", silent=True)
REFUSED = Answer(False, 0.01, Cause.TARGET, "Connection refused")
NAMELESS = Answer(False, 3, Cause.DNS, "The name was not resolved in time.", silent=True)
WAYLESS = Answer(False, 0.01, Cause.LINK, "Network is unreachable", silent=True)
BLIND = Answer(None, 0, Cause.SELF, "EMFILE")


def pointed_at(*answers, addresses=("1.1.1.1:53", "8.8.8.8:53", "9.9.9.9:53")):
    targets = [Target(kind="tcp", address=address) for address in addresses]
    return cause_of(list(zip(targets, answers, strict=False)))


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ([LATE, LATE], Cause.LINK),  # a provider that is dead beyond a router that lives
        ([LATE, NAMELESS], Cause.LINK),
        ([LATE, WAYLESS, BLIND], Cause.LINK),
        ([WAYLESS], Cause.LINK),
        ([LATE], Cause.TARGET),  # of one alone nobody can tell
        ([LATE, BLIND], Cause.TARGET),
        ([LATE, LATE, GOOD], Cause.TARGET),  # the link carries what is well
        ([LATE, LATE, REFUSED], Cause.TARGET),  # and what refuses
        ([REFUSED, REFUSED], Cause.TARGET),
        ([NAMELESS, NAMELESS], Cause.DNS),
        ([GOOD, BLIND], ""),
    ],
)
def test_silence_of_all_that_are_independent_is_the_link(answers, cause):
    assert pointed_at(*answers) == cause


def test_the_same_target_by_two_addresses_is_one():
    assert pointed_at(LATE, LATE, addresses=["1.1.1.1:53", "1.1.1.1:053"]) == Cause.TARGET


@pytest.mark.parametrize(
    ("error", "silent"),
    [
        (TimeoutError(), True),
        (httpx.ReadTimeout("late"), True),
        (OSError(errno.ENETUNREACH, "no way"), True),
        (guard.Unresolved("no name"), True),
        (Failed(Cause.DNS, "The server answers REFUSED.", silent=True), True),
        (Failed(Cause.DNS, "The name leads to 10.0.0.1."), False),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), False),
        (ssl.SSLError("handshake"), False),
        (ValueError("odd"), False),
    ],
)
def test_silence_is_what_nothing_came_back_from(error, silent):
    assert is_silent(error) is silent
