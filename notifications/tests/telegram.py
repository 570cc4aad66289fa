"""A Bot API on loopback that answers, refuses, stalls or hangs up as a test tells it, and keeps a user's view of it."""

import itertools
import json
import re
import threading
import time
from contextlib import contextmanager
from email.parser import BytesParser
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "123456:" + "stand-in-token-of-thirty-five-chars"
BOT = {"id": 123456, "is_bot": True, "first_name": "Vakhta", "username": "vakhta_bot"}
LIMIT = 4096
CAPTION_LIMIT = 1024
TAGS = {"b", "i", "a", "code", "pre"}
REASONS = {400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests", 500: "Internal Server Error"}


class NotTelegramHtml(Exception):
    pass


class Reading(HTMLParser):
    """What a reader sees of a text in Telegram's HTML."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.seen, self.links, self.open = "", [], []
        self.feed(text)
        self.close()
        if self.open:
            raise NotTelegramHtml

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            raise NotTelegramHtml
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise NotTelegramHtml

    def handle_data(self, data):
        self.seen += data


def units(text):
    return len(text.encode("utf-16-le")) // 2


class Refusal(Exception):
    def __init__(self, code, description="", **parameters):
        self.code, self.parameters = code, parameters
        self.description = f"{REASONS.get(code, 'Error')}: {description}".rstrip(": ")


class Message:
    def __init__(self, chat, number, fields):
        self.chat, self.id, self.edits, self.fields = chat, number, 0, fields

    def show(self, fields):
        self.fields |= fields

    @property
    def text(self):
        return Reading(self.html).seen

    @property
    def html(self):
        return self.fields.get("text") or self.fields.get("caption", "")

    @property
    def picture(self):
        """The bytes of a photo that the bot has sent."""
        return self.fields.get("photo")

    @property
    def links(self):
        return Reading(self.html).links

    @property
    def thread(self):
        return self.fields.get("message_thread_id")

    @property
    def reply_to(self):
        return (self.fields.get("reply_parameters") or {}).get("message_id")

    @property
    def buttons(self):
        """Words -> data of what can be pressed."""
        rows = (self.fields.get("reply_markup") or {}).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data") or button["url"] for row in rows for button in row}


class Telegram:
    """The stand-in. `refuse` and `breakdown` say what goes wrong; `messages` is what stands in the chats."""

    def __init__(self):
        self.calls, self.messages, self.toasts = [], [], []
        self.refusals = {}  # chat id -> Refusal, once or for good
        self.once = []  # refusals of whatever is asked next
        self.refused_methods = {}
        self.breakdown = ""  # 5xx | hang | cut | cut-after
        self.updates, self.files, self.webhook = [], {}, None
        self.numbers, self.update_ids = itertools.count(100), itertools.count(7000)
        self.slowness, self.begun = 0.0, 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def refuse(self, chat, code, description="", **parameters):
        self.refusals[chat] = Refusal(code, description, **parameters)

    def refuse_next(self, code, description="", **parameters):
        self.once.append(Refusal(code, description, **parameters))

    def refuse_method(self, method, code):
        self.refused_methods[method] = Refusal(code)

    # -- what people do ----------------------------------------------------------
    def receives(self, **content):
        """Put an update into the queue and return it."""
        update = {"update_id": next(self.update_ids), **content}
        with self.lock:
            self.updates.append(update)
        return update

    # -- what tests look at ------------------------------------------------------
    def called(self, method):
        return [fields for name, fields in self.calls if name == method]

    def in_chat(self, chat):
        return [message for message in self.messages if message.chat == chat]

    def texts(self, chat=None):
        return [message.text for message in self.messages if chat in (None, message.chat)]

    # -- what the bot asks -------------------------------------------------------
    def answer(self, method, fields):
        with self.lock:
            self.calls.append((method, fields))
            if self.once:
                raise self.once.pop(0)
            if refusal := self.refused_methods.get(method) or self.refusals.get(fields.get("chat_id")):
                raise refusal
            do = getattr(self, f"do_{method}", None)
            if do is None:
                raise Refusal(404, "method not found")
            return do(fields)

    def do_getMe(self, fields):
        return BOT

    def do_sendMessage(self, fields):
        self.check(fields)
        message = Message(fields["chat_id"], next(self.numbers), dict(fields))
        self.messages.append(message)
        return {"message_id": message.id, "chat": {"id": message.chat}, "text": message.text}

    def do_sendPhoto(self, fields):
        if not fields.get("photo", b"").startswith(b"\xff\xd8"):
            raise Refusal(400, "IMAGE_PROCESS_FAILED")
        if fields.get("caption"):
            self.check({**fields, "text": fields["caption"]}, limit=CAPTION_LIMIT)
        message = Message(fields["chat_id"], next(self.numbers), dict(fields))
        self.messages.append(message)
        return {"message_id": message.id, "chat": {"id": message.chat}, "photo": []}

    def do_editMessageText(self, fields):
        self.check(fields)
        return self.edit(fields)

    def do_editMessageReplyMarkup(self, fields):
        return self.edit(fields)

    def edit(self, fields):
        message = self.find(fields)
        changed = {name: fields.get(name) for name in ("text", "reply_markup") if name in fields}
        if all(message.fields.get(name) == value for name, value in changed.items()):
            raise Refusal(400, "message is not modified")
        message.show(changed)
        message.edits += 1
        return {"message_id": message.id}

    def find(self, fields):
        for message in self.messages:
            if (message.chat, message.id) == (fields["chat_id"], fields["message_id"]):
                return message
        raise Refusal(400, "message to edit not found")

    def check(self, fields, limit=LIMIT):
        try:
            seen = Reading(fields["text"]).seen
        except NotTelegramHtml:
            raise Refusal(400, "can't parse entities") from None
        if not seen.strip():
            raise Refusal(400, "message text is empty")
        if units(seen) > limit:
            raise Refusal(400, "message is too long")
        for row in (fields.get("reply_markup") or {}).get("inline_keyboard", []):
            for button in row:
                if len(button.get("callback_data", "").encode()) > 64:
                    raise Refusal(400, "BUTTON_DATA_INVALID")

    def do_answerCallbackQuery(self, fields):
        self.toasts.append(fields.get("text", ""))
        return True

    def do_getUpdates(self, fields):
        offset = fields.get("offset", 0)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates[: fields.get("limit", 100)]

    def do_setWebhook(self, fields):
        self.webhook = fields
        return True

    def do_getWebhookInfo(self, fields):
        return {"url": (self.webhook or {}).get("url", ""), "pending_update_count": len(self.updates)}

    def do_deleteWebhook(self, fields):
        self.webhook = None
        return True

    def do_setMyCommands(self, fields):
        return True

    def do_getFile(self, fields):
        held = self.files.get(fields["file_id"])
        if held is None:
            raise Refusal(400, "wrong file_id")
        if len(held) > 20 * 1024 * 1024:
            raise Refusal(400, "file is too big")
        return {"file_id": fields["file_id"], "file_size": len(held), "file_path": f"documents/{fields['file_id']}"}


def fields_of(body, content_type):
    """What a call carries: JSON, or a form with files."""
    if not content_type.startswith("multipart/"):
        return json.loads(body or b"{}")
    parts = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body).get_payload()
    return {part.get_param("name", header="Content-Disposition"): value_of(part) for part in parts}


def value_of(part):
    data = part.get_payload(decode=True)
    if part.get_filename():
        return data
    try:
        return json.loads(data)
    except ValueError:
        return data.decode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    telegram: Telegram

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", self.path)
        self.telegram.begun += 1
        if self.broken():
            return
        time.sleep(self.telegram.slowness)
        if not found or found[1] != TOKEN:
            self.say(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            return
        fields = fields_of(body, self.headers.get("Content-Type", ""))
        try:
            answer = {"ok": True, "result": self.telegram.answer(found[2], fields)}
            if found[2] == "getUpdates" and not answer["result"]:
                self.telegram.closing.wait(min(fields.get("timeout", 0), 0.1))
            code = 200
        except Refusal as refusal:
            code = refusal.code
            answer = {"ok": False, "error_code": code, "description": refusal.description}
            answer |= {"parameters": refusal.parameters} if refusal.parameters else {}
        if self.telegram.breakdown == "cut-after":
            self.cut()
            return
        time.sleep(self.telegram.slowness)
        self.say(code, answer)

    def do_GET(self):
        found = re.fullmatch(r"/file/bot([^/]+)/documents/(.+)", self.path)
        held = self.telegram.files.get(found[2]) if found and found[1] == TOKEN else None
        self.send_response(404 if held is None else 200)
        self.send_header("Content-Length", str(len(held or b"")))
        self.end_headers()
        self.wfile.write(held or b"")

    def broken(self):
        kind = self.telegram.breakdown
        if kind == "5xx":
            self.say(502, "<html>Bad Gateway</html>")
        elif kind == "hang":
            self.telegram.closing.wait(5)
            self.cut()
        elif kind == "cut":
            self.cut()
        return kind in {"5xx", "hang", "cut"}

    def cut(self):
        self.close_connection = True
        self.connection.close()

    def say(self, code, answer):
        body = json.dumps(answer).encode() if isinstance(answer, dict) else answer.encode()
        try:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Whoever hung up did so for the test."""


@contextmanager
def open_telegram(port=0):
    telegram = Telegram()
    server = Server(("127.0.0.1", port), type("Bound", (Handler,), {"telegram": telegram}))
    telegram.port = server.server_address[1]
    telegram.url = f"http://127.0.0.1:{telegram.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield telegram
    finally:
        telegram.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


# -- What Telegram sends for what people do there ---------------------------------------------------------------------
ANNA = {"id": 501, "is_bot": False, "first_name": "Anna", "username": "anna", "language_code": "en"}
GROUP = {"id": -1001, "type": "supergroup", "title": "On call"}


def private(person=ANNA):
    return {"id": person["id"], "type": "private", "first_name": person["first_name"]}


def said(text="", *, person=ANNA, chat=None, number=1, **more):
    """An update with a message."""
    words = {"text": text} if text else {}
    message = {"message_id": number, "from": person, "chat": chat or private(person), "date": 1_780_000_000}
    if text.startswith("/"):
        length = len(text.split()[0])
        words["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"message": {**message, **words, **more}}


def pressed(data, *, person=ANNA, chat=None, number=100):
    """An update with a press of a button."""
    message = {"message_id": number, "chat": chat or private(person), "from": BOT, "date": 1_780_000_000, "text": "…"}
    return {"callback_query": {"id": "77", "from": person, "message": message, "data": data, "chat_instance": "1"}}


def photo(file_id="photo1", size=1000):
    return [{"file_id": f"{file_id}-small", "file_size": 10, "width": 90, "height": 60},
            {"file_id": file_id, "file_size": size, "width": 900, "height": 600}]  # fmt: skip
