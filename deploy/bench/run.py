"""Measures the API beside a stock one on the same PostgreSQL, in one run: `make bench`. Ratios matter, not figures.

Each contestant gets two gunicorn processes and 16 connections; the rounds alternate, and the median of each is told.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
KINDS = {"create": "Create an incident", "read": "Read one", "page": "Page of 100", "change": "Change the status"}
ROWS, ROUNDS, SECONDS = int(os.environ.get("ROWS", "20000")), 3, 4
CONTESTANTS = {
    "product": {"port": 18901, "application": "config.wsgi:application", "threads": "4"},
    "stock": {"port": 18902, "application": "stock:application", "threads": "4"},
}
TICKS = os.sysconf("SC_CLK_TCK")


def environment(name: str, data: str) -> dict[str, str]:
    """Return the environment of a contestant: its own database on the given server, DEBUG off."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/bench_{name}"
    own = {"DATABASE_URL": url, "DATA_DIR": data, "ENV_FILE": os.devnull, "LOG_LEVEL": "WARNING"}
    own |= {"PYTHONPATH": f"{ROOT}:{HERE}"}
    return os.environ | own | {"DJANGO_SETTINGS_MODULE": "config.settings", "BENCH_PASSWORD": PASSWORD}


PASSWORD = secrets.token_urlsafe(12)


@contextlib.contextmanager
def serving(name: str, data: str, rows: int = ROWS):
    """Fill the contestant's database and serve it."""
    env, one = environment(name, data), CONTESTANTS[name]
    subprocess.run(["psql", "-qc", f"CREATE DATABASE bench_{name}", os.environ["DATABASE_URL"]], check=True)
    subprocess.run([sys.executable, HERE / f"{name}.py", str(rows)], env=env, cwd=ROOT, check=True)
    subprocess.run(["psql", "-qc", "VACUUM ANALYZE", env["DATABASE_URL"]], check=True)
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", one["threads"]]
    command += ["--reuse-port"] if name != "stock" else []
    command += ["-b", f"127.0.0.1:{one['port']}", "--log-level", "error", one["application"]]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        one["pid"], one["token"] = process.pid, token(one["port"])
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def token(port: int, name: str = "bench") -> str:
    body = json.dumps({"username": name, "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/identity/auth/jwt/create/", body, {"Content-Type": "application/json"}
    )
    for _attempt in range(60):
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
                return json.load(answer)["access"]
        except OSError:
            time.sleep(0.5)
    sys.exit(f"Nothing answers on port {port}.")


def processor_seconds(pid: int) -> float:
    """Return the processor time that the children of a server have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = (Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split() for child in children)
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def measure(name: str, kind: str, turn: int) -> dict[str, float]:
    one = CONTESTANTS[name]
    env = os.environ | {"BENCH_KIND": kind, "BENCH_ROWS": str(ROWS), "BENCH_TOKEN": one["token"]}
    env |= {"BENCH_ROUND": str(turn), "BENCH_ROUNDS": str(ROUNDS)}
    before = processor_seconds(one["pid"])
    command = ["wrk", "-t2", "-c16", f"-d{SECONDS}s", "-s", str(HERE / "load.lua"), f"http://127.0.0.1:{one['port']}"]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    count, micro, median, worst, bad = map(float, told.split("RESULT ")[1].split())
    if bad > count / 100:
        sys.exit(f"{name}, {kind}: {bad:.0f} of {count:.0f} requests were refused.")
    spent = processor_seconds(one["pid"]) - before
    return {"rate": count / micro * 1e6, "p50": median, "p99": worst, "cpu": spent / count * 1000}


def table(results: dict[tuple[str, str], list[dict[str, float]]]) -> str:
    head = (
        "| work | requests/s | p50 ms | p99 ms | CPU ms | stock requests/s | ratio |\n|---|---|---|---|---|---|---|\n"
    )
    lines = []
    for kind, words in KINDS.items():
        own, stock = (
            {
                figure: statistics.median(each[figure] for each in results[name, kind])
                for figure in results[name, kind][0]
            }
            for name in ("product", "stock")
        )
        ratio = own["rate"] / stock["rate"]
        figures = f"{own['rate']:.0f} | {own['p50']:.1f} | {own['p99']:.1f} | {own['cpu']:.2f} | {stock['rate']:.0f}"
        lines.append(f"| {words} | {figures} | {ratio:.1f} |")
    return head + "\n".join(lines)


def main() -> None:
    for program in ("wrk", "psql"):
        shutil.which(program) or sys.exit(f"{program} is not installed. Debian, Ubuntu: apt install wrk postgresql")
    results: dict[tuple[str, str], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as data, serving("product", data), serving("stock", data):
        for kind in KINDS:
            for turn in range(ROUNDS):
                for name in CONTESTANTS:
                    results.setdefault((name, kind), []).append(measure(name, kind, turn))
    text = f"{ROWS} incidents, 2 processes, 16 connections, median of {ROUNDS} rounds\n\n{table(results)}\n"
    print(text)  # noqa: T201 - the result
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench.md").write_text(text)


if __name__ == "__main__":
    main()
