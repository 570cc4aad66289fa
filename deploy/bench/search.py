"""Measures the search over generated Russian tickets on PostgreSQL, over HTTP: `make bench`.

One process serves one reader at a time; the median and the worst of each question are told in milliseconds.
"""

import os
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from run import CONTESTANTS, ROOT, serving, token

ROWS, TIMES = int(os.environ.get("TICKETS", "100000")), 30
READERS = {"bench": "manager", "technician": "technician"}
QUESTIONS = {
    "сбой": "every second ticket",
    "принтер": "a common word",
    "принт": "its beginning",
    "кондиционеры": "every thousandth, another form",
    "жираф": "a single ticket",
    "принтер бухгалтерии": "two words",
    "гиппопотам": "nowhere",
}
CONTESTANTS["desk"] = {"port": 18903, "application": "config.wsgi:application", "threads": "4"}


def took(port: int, key: str, words: str) -> float:
    query = urllib.parse.urlencode({"q": words, "noun": "ticket"})
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/search/?{query}", headers={"Authorization": f"Bearer {key}"}
    )
    start = time.perf_counter()
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        answer.read()
    return (time.perf_counter() - start) * 1000


def measured(port: int) -> list[str]:
    lines = []
    for name, role in READERS.items():
        key = token(port, name)
        for words, what in QUESTIONS.items():
            took(port, key, words)
            times = [took(port, key, words) for _ in range(TIMES)]
            lines.append(f"| {role} | {words} | {what} | {statistics.median(times):.0f} | {max(times):.0f} |")
    return lines


def main() -> None:
    with tempfile.TemporaryDirectory() as data, serving("desk", data, ROWS):
        lines = measured(CONTESTANTS["desk"]["port"])
    head = "| reader | question | found in | median ms | worst ms |\n|---|---|---|---|---|"
    text = "\n".join([f"Search over {ROWS} tickets, median of {TIMES}", "", head, *lines, ""])
    print(text)  # noqa: T201 - the result
    Path(ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench-search.md").write_text(text)


if __name__ == "__main__":
    main()
