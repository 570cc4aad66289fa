"""Every list, page or API, costs as many queries with many rows as with one: no row asks for anything of its own."""

import re
from collections import Counter
from html import unescape

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from config.tests.routes import API, PAGES
from config.tests.samples import OWN_SAMPLES, SAMPLES

pytestmark = [pytest.mark.once, pytest.mark.django_db]
MAKERS = [*dict.fromkeys([*SAMPLES.values(), *OWN_SAMPLES.values()])]
# Forms, files and what has no rows: it is long to make, and no list.
NO_LISTS = re.compile(r"/(new|edit|download|schema|design|policy|health|metrics)/|/(schema|redoc|swagger-ui|metrics)")
LISTS = ["/" + route.path for route in API if "get" in route.actions]
SHEETS = ["/" + route.path for route in PAGES]
TAB = re.compile(r'href="(\?tab=[\w-]+)"')


@pytest.fixture
def admin():
    return UserFactory(admin=True)


def fill(user, rounds):
    """Make so many of every object that an address can name."""
    for _round in range(rounds):
        for make in MAKERS:
            make(user)


def visited(client, paths):
    """Return the queries of each address that answers, by address, and those of the tabs found there."""
    found, waiting = {}, list(paths)
    while waiting:
        path = waiting.pop(0)
        cache.clear()
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            body = b"".join(answer)
        if answer.status_code == 200:
            found[path] = [query["sql"] for query in queries]
            tabs = [path.partition("?")[0] + unescape(tab) for tab in TAB.findall(body.decode(errors="replace"))]
            waiting += [tab for tab in dict.fromkeys(tabs) if tab not in found and tab not in waiting]
    return found


def shape(sql):
    """The statement without its values, so that those of several rows are alike."""
    return re.sub(r"'[^']*'|\b\d+\b", "?", sql)[:300]


def dearer(few, many):
    """Say which addresses ask for each row, and what they ask again and again; beyond a page the rows are counted."""
    return {
        path: [statement for statement, times in Counter(map(shape, many[path])).most_common(3) if times > 1]
        for path in few
        if len(many[path]) > len(few[path]) + 1
    }


@pytest.mark.parametrize("paths", [LISTS, SHEETS], ids=["api", "pages"])
def test_many_rows_cost_no_more_queries_than_one(admin, paths):
    paths = [path for path in paths if "%(" not in path and not NO_LISTS.search(path)]
    client = Client()
    client.force_login(admin)
    fill(admin, 1)
    ContentType.objects.get_for_models(*apps.get_models())  # what a process remembers is asked once
    few = visited(client, paths)
    fill(admin, 3)

    assert dearer(few, visited(client, paths)) == {}


def test_a_query_for_each_row_is_found_and_a_count_is_not():
    few = {"/a/": ["SELECT 1"], "/b/": ["SELECT 1"]}
    many = {"/a/": [f"SELECT name WHERE id = {row}" for row in range(4)], "/b/": ["SELECT 1", "SELECT COUNT(*)"]}

    assert dearer(few, many) == {"/a/": ["SELECT name WHERE id = ?"]}
