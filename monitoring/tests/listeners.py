"""Things on loopback that probes look at: they answer as they are told, or not at all."""

import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web(BaseHTTPRequestHandler):
    """Answers with the status in the path; `/to/…` redirects there; `/slow` and `/drip` never come to an end."""

    def do_GET(self):
        self.server.seen.append((self.headers["Host"], self.path))
        if self.path.startswith("/to/"):
            return self.answer(302, location=self.path.removeprefix("/to/"))
        if self.path == "/slow":
            return self.server.over.wait(20)
        if self.path == "/drip":
            return self.drip()
        return self.answer(int(self.path.strip("/") or 200))

    def answer(self, status, location=""):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def drip(self):
        self.send_response(200)
        while not self.server.over.wait(0.05):
            try:
                self.wfile.write(b"X-More: and more\r\n")
                self.wfile.flush()
            except OSError:
                return

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Clients hang up here all the time."""


@contextmanager
def web(port=0):
    """A web server on loopback; what it was asked stands in `seen`."""
    server = Server(("127.0.0.1", port), Web)
    server.seen, server.over = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def listener(port=0):
    """Accepts connections, says nothing."""
    with socket.create_server(("127.0.0.1", port)) as server:
        yield server.getsockname()[1]


@contextmanager
def name_server(answer):
    """A name server that gives `answer(question)` to every question; None is silence. The questions are yielded."""
    asked = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        over = threading.Event()

        def serve():
            while not over.is_set():
                try:
                    data, sender = server.recvfrom(512)
                except TimeoutError:
                    continue
                asked.append(data)
                reply = answer(data)
                if reply is not None:
                    server.sendto(reply, sender)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            over.set()
            thread.join()


def reply(question, addresses=(), code=0):
    """The answer of a name server to `question`, with these IPv4 addresses."""
    head = question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(addresses), 0, 0)
    records = b"".join(
        b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address) for address in addresses
    )
    return head + question[12:] + records


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]
