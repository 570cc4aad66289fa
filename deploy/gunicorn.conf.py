"""How the web server runs: processes with threads, so that database connections stay open."""

import os
import subprocess
import sys
from pathlib import Path

# From the environment and not from the settings, which would load Django into the master process as well.
bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
worker_class = "gthread"
threads = 4
reuse_port = True  # a socket for each process: otherwise keep-alive connections pile onto one of them
keepalive = 30
timeout = 60
graceful_timeout = 10
memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own unpredictable names in it
worker_tmp_dir = str(memory) if memory.is_dir() else None  # heartbeats must not wait for a disk
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"


def on_starting(server):
    """Judge a production by itself first: workers that refuse to start bury the reasons under tracebacks."""
    if os.environ.get("ENVIRONMENT") == "production":
        judged = subprocess.run([sys.executable, "-c", "import config.wsgi"], cwd=server.cfg.chdir, check=False)
        if judged.returncode:
            sys.exit(judged.returncode)
