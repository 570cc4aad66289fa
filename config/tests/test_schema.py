"""The documentation of the API: nothing is left undescribed."""

import pytest
from drf_spectacular.generators import SchemaGenerator

pytestmark = pytest.mark.once
VERBS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def operations():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        f"{verb.upper()} {path}": operation
        for path, verbs in schema["paths"].items()
        for verb, operation in verbs.items()
        if verb in VERBS
    }


def has_json(holder):
    return "application/json" in holder.get("content", {})


def lacks_example(holder):
    return has_json(holder) and "examples" not in holder["content"]["application/json"]


def test_every_operation_says_what_it_does(operations):
    silent = [name for name, one in operations.items() if not one.get("summary") or not one.get("description")]

    assert silent == []


def test_every_body_has_an_example(operations):
    assert [name for name, one in operations.items() if lacks_example(one.get("requestBody", {}))] == []


def test_every_answer_has_an_example(operations):
    good = {
        name: answer for name, one in operations.items() for code, answer in one["responses"].items() if code < "300"
    }

    assert [name for name, answer in good.items() if lacks_example(answer)] == []


def test_every_operation_names_its_refusals(operations):
    assert [name for name, one in operations.items() if not any(code >= "400" for code in one["responses"])] == []


def test_every_operation_says_who_may(operations):
    said = ("Allowed to ", "Open to everybody", "`incident.", "`suspension.", "`ticket.", "`user.")

    assert [name for name, one in operations.items() if not one["description"].split("\n")[-1].startswith(said)] == []
    assert operations["POST /api/v1/incidents/{id}/close/"]["description"].endswith(
        "Allowed to `technician`, `manager`, `admin`, `user` (own)."
    )
