"""The README's examples, run as they are printed."""

import os
import re
import subprocess

import pytest
from django.conf import settings

from accounts.models import Role, User
from incidents.models import Incident

pytestmark = pytest.mark.once
README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
PASSWORD = "thRee-words_and-9"


@pytest.fixture
def printed(live_server):
    User.objects.create_user("admin", "admin@localhost", PASSWORD, role=Role.ADMIN)
    examples = next(block for block in COMMANDS if "curl" in block)
    changed = examples.replace("http://localhost:8000", live_server.url)
    return changed.replace("the-password-that-was-printed", PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_the_examples_do_what_they_say(printed):
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(["sh", "-eu", "-c", printed], env=direct, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    incident = Incident.objects.get()
    assert incident.status == Incident.Status.RESOLVED
    assert incident.source == "monitoring"
    assert incident.description == "The payment gateway answers 502 since 9:40"
    assert done.stdout.count('{"count":1,') == 2
    assert '"errors"' not in done.stdout


def test_the_first_commands_are_the_two_that_suffice():
    assert re.findall(r"^\S+ \S+", COMMANDS[0], re.MULTILINE) == ["make run", "make test", "make demo"]


@pytest.mark.parametrize("name", ["README.md", "README.ru.md", "CONTRIBUTING.md", "docs/adr/README.md"])
def test_links_lead_somewhere(name):
    page = settings.BASE_DIR / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


PAGES = [
    "README.md",
    "README.ru.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(settings.BASE_DIR) for path in settings.BASE_DIR.glob("docs/**/*.md")),
]


@pytest.mark.parametrize("name", PAGES, ids=str)
def test_every_file_that_is_named_exists(name):
    words = (settings.BASE_DIR / name).read_text(encoding="utf-8")
    files = re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|html|css|js|sh|toml|yml|json))`", words)
    assert [file for file in files if not (settings.BASE_DIR / file).exists()] == []


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 150
