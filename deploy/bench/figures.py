"""Measures the page of the figures over 100,000 generated cases on PostgreSQL, over HTTP: `make bench`.

Each period is opened again and again by one reader: while nothing changes, and each time just after a case was
recorded. Medians and the worst are told in milliseconds.
"""

import json
import os
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

from run import CONTESTANTS, PASSWORD, ROOT, serving, token

CASES, TIMES = int(os.environ.get("CASES", "100000")), 15
PERIODS = ("month", "quarter", "year", "last30", "last12")
CONTESTANTS["journal"] = {"port": 18904, "application": "config.wsgi:application", "threads": "4"}
HOST = f"http://127.0.0.1:{CONTESTANTS['journal']['port']}"


def signed_in() -> urllib.request.OpenerDirector:
    """Return a browser's worth of cookies."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{HOST}/sign-in/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"csrfmiddlewaretoken": found[1] if found else "", "username": "bench", "password": PASSWORD}
    browser.open(f"{HOST}/sign-in/", urllib.parse.urlencode(fields).encode()).read()
    return browser


def record(key: str) -> None:
    """Record five minutes of yesterday."""
    start = datetime.now(UTC) - timedelta(days=1)
    case = {"start": start.isoformat(), "finish": (start + timedelta(minutes=5)).isoformat(), "kind": "outage"}
    body = json.dumps(case | {"process": 1, "risk_source": 1}).encode()
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{HOST}/api/v1/suspensions/", body, head)) as answer:  # noqa: S310 - loopback
        answer.read()


def took(browser: urllib.request.OpenerDirector, period: str) -> float:
    start = time.perf_counter()
    with browser.open(f"{HOST}/suspensions/analytics/?period={period}") as answer:
        page = answer.read().decode()
    spent = (time.perf_counter() - start) * 1000
    if "/sign-in/" in answer.url or f"period={period}" not in page:
        raise SystemExit(f"{answer.url} is not the page of the figures.")
    return spent


def measured() -> list[str]:
    key, browser, lines = token(CONTESTANTS["journal"]["port"]), signed_in(), []
    for period in PERIODS:
        for _process in range(6):
            took(browser, period)
        warm = [took(browser, period) for _ in range(TIMES)]
        changed = []
        for _ in range(TIMES):
            record(key)
            changed.append(took(browser, period))
        figures = (statistics.median(warm), max(warm), statistics.median(changed), max(changed))
        lines.append(f"| {period} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")
    return lines


def main() -> None:
    with tempfile.TemporaryDirectory() as data, serving("journal", data, CASES):
        lines = measured()
    head = "| period | median ms | worst ms | after a new case ms | worst ms |\n|---|---|---|---|---|"
    text = "\n".join([f"The page of the figures over {CASES} cases, median of {TIMES}", "", head, *lines, ""])
    print(text)  # noqa: T201 - the result
    Path(ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench-figures.md").write_text(text)


if __name__ == "__main__":
    main()
