"""Pages by number and by cursor: each row once, whatever comes or goes, and nothing a client sends breaks them."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from workflow.pagination import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    BoundedPaginator,
    PageOrCursor,
    Position,
    bounded_count,
    leading_field,
    whole,
)

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def rows(db):
    """Seven incidents of three moments, newest first: a page of two ends in the middle of a moment."""
    incidents = IncidentFactory.build_batch(7, reporter=UserFactory())
    for number, incident in enumerate(incidents):
        incident.created_at = NOW - HOUR * (number // 3)
    model = type(incidents[0])
    model.objects.bulk_create(incidents)
    return model.objects.order_by("-created_at", "-pk")


def asked(rows, **query):
    """A page of `rows` as a client asks for it: the paginator, and the numbers of the rows that it found."""
    pages = PageOrCursor()
    found = pages.paginate_queryset(rows, Request(APIRequestFactory().get("/incidents/", query)))
    return pages, [row["id"] if isinstance(row, dict) else row.pk for row in found]


def query_of(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}


def walk(rows, **query):
    """Every page from the first to the last by cursor, then every page from there back to the first."""
    pages, numbers = asked(rows, cursor="", **query)
    there, back = [numbers], [numbers]
    while pages.next:
        pages, numbers = asked(rows, **query_of(pages.next))
        there.append(numbers)
    back = [numbers]
    while pages.previous:
        pages, numbers = asked(rows, **query_of(pages.previous))
        back.insert(0, numbers)
    return there, back


def token(*content):
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class TestByCursor:
    @pytest.mark.parametrize(
        "ordering", [("-created_at", "-pk"), ("created_at", "pk"), ("-pk",), ("pk",), ("title", "pk")]
    )
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
    def test_a_walk_meets_each_row_once_in_order_and_finds_the_same_pages_back(self, rows, ordering, size):
        rows = rows.order_by(*ordering)

        there, back = walk(rows, page_size=size)

        assert [number for page in there for number in page] == [row.pk for row in rows]
        assert {len(page) for page in there[:-1]} <= {size}
        assert back == there

    def test_plain_rows_are_walked_like_objects(self, rows):
        assert walk(rows.values("id", "created_at"), page_size=2) == walk(rows, page_size=2)

    def test_what_is_new_or_gone_on_the_way_shifts_nothing(self, rows):
        wanted = [row.pk for row in rows]
        pages, first = asked(rows, cursor="", page_size=3)
        gone = rows.model.objects.get(pk=first[-1])
        gone.created_at = NOW + HOUR  # it moves to the front, where the cursor pointed to it
        gone.save()

        _pages, second = asked(rows, **query_of(pages.next))

        assert second == wanted[3:6]

    def test_the_rest_of_the_query_goes_along(self, rows):
        pages, _numbers = asked(rows, cursor="", page_size=2, status="open")

        assert query_of(pages.next) | {"cursor": ""} == {"cursor": "", "page_size": "2", "status": "open"}

    def test_of_nothing_there_is_one_empty_page_that_leads_nowhere(self, rows):
        pages, numbers = asked(rows.none(), cursor="")

        assert (numbers, pages.next, pages.previous) == ([], None, None)
        assert set(pages.get_paginated_response([]).data) == {"next", "previous", "results"}  # no count is asked for

    @pytest.mark.parametrize(
        "cursor",
        [
            "nonsense", "e30", "{}", "=", "ф", "x" * 5000, token(), token("a"), token("2026-01-01", "7", False),
            token("2026-01-01", 7, "no"), token("2026-01-01", True, False), token(None, 7, False),
            token("yesterday", 7, False), token("2026-02-30", 7, False), token("\ud800", 7, False),
            token(["2026"], 7, False),
        ],
    )  # fmt: skip
    def test_what_was_not_given_out_is_refused(self, rows, cursor):
        with pytest.raises(ValidationError) as refused:
            asked(rows, cursor=cursor)

        assert list(refused.value.detail) == ["cursor"]

    def test_an_ordering_that_is_no_column_has_no_cursor(self, rows):
        with pytest.raises(ValidationError, match="Use `page`"):
            asked(rows.with_severity_rank().order_by("severity_rank", "-pk"), cursor="")


class TestByNumber:
    def test_pages_lead_to_each_other_and_are_counted(self, rows):
        first, numbers = asked(rows, page_size=3)
        assert (numbers, first.previous, first.count.rows) == ([row.pk for row in rows[:3]], None, 7)
        second, numbers = asked(rows, **query_of(first.next))
        assert (numbers, query_of(second.previous)) == ([row.pk for row in rows[3:6]], {"page_size": "3"})
        last, numbers = asked(rows, **query_of(second.next))
        assert (numbers, last.next) == ([rows[6].pk], None)
        assert last.get_paginated_response([]).data["count"] == 7

    def test_where_the_first_page_holds_all_nothing_is_counted(self, rows, django_assert_num_queries):
        with django_assert_num_queries(1):
            pages, numbers = asked(rows, page_size=7)

        assert (len(numbers), pages.count.rows, pages.next) == (7, 7, None)

    def test_behind_the_last_page_there_is_none(self, rows):
        with pytest.raises(NotFound, match="no page 3"):
            asked(rows, page=3, page_size=5)

    def test_the_first_page_of_nothing_is_empty(self, rows):
        pages, numbers = asked(rows.none())

        assert (numbers, pages.count, pages.next) == ([], (0, True), None)

    @pytest.mark.parametrize(("wanted", "size"), [({}, PAGE_SIZE), ({"page_size": 9999}, MAX_PAGE_SIZE)])
    def test_a_page_has_a_size_and_a_largest_one(self, rows, wanted, size):
        assert asked(rows, **wanted)[0].size == size

    def test_what_cannot_match_is_counted_without_a_question(self, rows):
        assert bounded_count(rows.filter(pk__in=[])) == (0, True)


class TestOnPages:
    def test_a_list_that_fits_is_read_once_and_not_counted(self, rows, django_assert_num_queries):
        with django_assert_num_queries(1):
            page = BoundedPaginator(rows, 7).get_page(None)
            assert (len(page), page.has_next(), page.paginator.count) == (7, False, 7)

    @pytest.mark.parametrize(("number", "found"), [(None, 3), ("1", 3), ("3", 1), ("99", 1), ("x", 3), ("0", 1)])
    def test_an_address_typed_by_hand_leads_to_some_page(self, rows, number, found):
        page = BoundedPaginator(rows, 3).get_page(number)

        assert (len(page), page.paginator.num_pages) == (found, 3)


@pytest.mark.once
class TestRulesWithoutADatabase:
    @pytest.mark.parametrize(("text", "wanted"), [(None, 5), ("", 5), ("1", 1), ("7", 7), ("10000", 500)])
    def test_a_number_is_read_up_to_the_most(self, text, wanted):
        assert whole(text, 5, "page_size", most=500) == wanted

    @pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", " 1", "１", "²", "9" * 11, "9" * 5000])
    def test_what_is_no_positive_whole_number_is_refused_at_its_name(self, text):
        with pytest.raises(ValidationError) as refused:
            whole(text, 5, "page_size")

        assert list(refused.value.detail) == ["page_size"]

    @pytest.mark.parametrize("position", [("2026-07-23T18:45:00+00:00", 7, False), ("Очередь", 2**63, True)])
    def test_a_token_reads_back_as_what_it_was(self, position):
        token = Position(*position).token()

        assert Position.read(token) == position
        assert token.isascii()
        assert "=" not in token  # it stands in an address as it is

    def test_an_ordering_begins_with_its_first_field(self):
        model = IncidentFactory._meta.model

        assert leading_field(model.objects.order_by("-pk")) == ("id", True)
        assert leading_field(model.objects.order_by("title", "-pk")) == ("title", False)
        assert leading_field(model.objects.all()) == ("created_at", True)  # the order of the model itself
