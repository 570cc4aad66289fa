"""The debug toolbar under the product's own policy of contents, which it needs no exception from."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from config.tests.house import free_port, until

pytestmark = pytest.mark.browser


@pytest.fixture
def debugging(tmp_path):
    """The address of a server that a developer started with DEBUG."""
    port, output = free_port(), tmp_path / "output.txt"
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE", "REDIS"))}
    environment = ours | {"DATA_DIR": str(tmp_path), "DEBUG": "true", "ENV_FILE": os.devnull}
    run = [sys.executable, "manage.py"]
    subprocess.run([*run, "migrate", "-v0"], cwd=settings.BASE_DIR, env=environment, check=True)
    with output.open("w") as said:
        server = subprocess.Popen(
            [*run, "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR, env=environment, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        until(lambda: "Quit the server" in output.read_text(), output.read_text)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def test_what_a_page_asked_of_the_database_is_shown_at_its_edge(chromium, debugging):
    window = chromium.new_page(locale="en")
    complaints = []
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    window.goto(f"{debugging}/sign-in/")

    window.get_by_text("SQL", exact=False).first.click()
    expect(window.locator("#djDebug")).to_contain_text(re.compile(r"\d+ quer(y|ies)"))
    window.close()

    assert complaints == []
