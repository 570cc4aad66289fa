"""How the web server runs: processes with threads, so that database connections stay open.

Nobody is refused or kept waiting when processes are replaced: a new one opens its door when it can answer, an old one
lets in whoever has knocked and shuts its own at once. The stock worker does neither.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from multiprocessing import RawArray
from pathlib import Path

from gunicorn import sock, util
from gunicorn.workers.gthread import ThreadWorker

from config.environment import read_anew
from workflow.logs import JsonFormatter

PATIENCE = 60  # seconds that an old process serves on while the new ones load
WANTED, READY = 0, 1  # generations of processes: the newest asked for by a reload, the newest that serves


class Worker(ThreadWorker):
    leaves_at = None

    def handle_exit(self, number, frame):
        if self.generations[WANTED] == self.generation:
            super().handle_exit(number, frame)
        elif self.leaves_at is None:  # a reload, which says so twice: not before the next generation serves
            self.leaves_at = time.monotonic() + PATIENCE

    def notify(self):
        super().notify()
        if self.leaves_at and (self.generations[READY] > self.generation or time.monotonic() > self.leaves_at):
            self.alive = False

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not self.alive and not enabled:
            for listener in self.sockets:
                self.let_in_all(listener)
                listener.close()
            self.sockets = []

    def let_in_all(self, listener):
        known = -1
        while known != self.nr_conns:  # only this thread counts
            known = self.nr_conns
            self.accept(listener)


# Read as the settings read it, but without them: they would load Django into the master process as well.
env = read_anew(os.environ.get("ENV_FILE", str(Path(__file__).resolve().parent.parent / ".env")))
address = env.str("LISTEN_ADDRESS", default="0.0.0.0")  # noqa: S104 - ALLOWED_NETWORKS keeps the door
bind = f"{f'[{address}]' if ':' in address else address}:{env.int('PORT', default=8000)}"
workers = env.int("WEB_WORKERS", default=2)
worker_class = Worker
threads = 4
reuse_port = True  # a socket for each process: otherwise keep-alive connections pile onto one of them
keepalive = 30
timeout = 60
graceful_timeout = 10
memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own unpredictable names in it
worker_tmp_dir = str(memory) if memory.is_dir() else None  # heartbeats must not wait for a disk
control_socket_disable = True
accesslog = None
loglevel = "warning"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}


def on_starting(server):
    """Judge a production by itself first: workers that refuse to start bury the reasons under tracebacks."""
    server.generations = RawArray("L", 2)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="vakhta-metrics-", dir=worker_tmp_dir)
    if env.str("ENVIRONMENT", default="embedded") == "production":
        judged = subprocess.run([sys.executable, "-c", "import config.wsgi"], cwd=server.cfg.chdir, check=False)
        if judged.returncode:
            sys.exit(judged.returncode)


def on_exit(server):
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def on_reload(server):
    server.generations[WANTED] += 1


def pre_fork(server, worker):
    worker.generations, worker.generation = server.generations, server.generations[WANTED]


def post_fork(server, worker):
    for listener in worker.sockets:
        listener.close()
    worker.sockets = []


def post_worker_init(worker):
    worker.sockets = sock.create_sockets(worker.cfg, worker.log)
    for listener in worker.sockets:
        util.close_on_exec(listener)
    worker.generations[READY] = max(worker.generations[READY], worker.generation)
