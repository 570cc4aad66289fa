"""Posts what Alertmanager posts, configured by the file that it would read: `alertmanager.py FILE firing|resolved`."""

import json
import re
import sys
import urllib.request
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def setting(text: str, name: str) -> str:
    found = re.search(rf'{name}: "([^"]+)"', text)
    if not found:
        sys.exit(f"{name} is missing")
    return found[1]


def main(configuration: str, status: str) -> None:
    text = Path(configuration).read_text("utf-8")
    body = json.dumps(json.loads((SAMPLES / f"alertmanager-{status}.json").read_text("utf-8"))).encode()
    headers = {
        "User-Agent": "Alertmanager/0.28.1",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {setting(text, 'credentials')}",
    }
    asked = urllib.request.Request(setting(text, "url"), body, headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        sys.stdout.write(f"{answer.status} {answer.read().decode()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
