"""Real files of every type that may be attached, and some that may not, made when asked for."""

import base64
import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from attachments.office import DOCX

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def upload(name, data):
    return SimpleUploadedFile(name, data)


def as_base64(data):
    return base64.b64encode(data).decode()


def pdf(text="Vakhta"):
    """A document of one page, with a cross-reference table that a strict reader accepts."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(data))
    return data + head + table + trailer


def image(form="PNG", size=(60, 40), mode="RGB", **options):
    out = io.BytesIO()
    Image.effect_noise(size, 50).convert(mode).save(out, form, **options)
    return out.getvalue()


def png_that_says(width, height):
    """A PNG of a few hundred bytes whose header promises any number of pixels."""

    def part(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels) + part(b"IEND", b"")


def xlsx():
    book = Workbook()
    book.active.append(["Простой", 42])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in members.items():
            target.writestr(name, body)
    return out.getvalue()


def docx(main=f"{DOCX}.main+xml", **more):
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    text = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    members = {
        "[Content_Types].xml": f'{head}<Types xmlns="{types}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{relations}">'
        f'<Relationship Id="rId1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{text}"><w:body><w:p><w:r><w:t>Акт</w:t></w:r></w:p>'
        "</w:body></w:document>",
    }
    return archive(members | more)


def compound(*streams):
    """A compound file (the container of doc and xls) whose directory names these streams, all empty."""
    entries = [entry("Root Entry", 5, child=1)]
    entries += [
        entry(name, 2, right=number + 2 if number + 1 < len(streams) else FREE) for number, name in enumerate(streams)
    ]
    directory = b"".join(entries).ljust(512, b"\0")
    table = struct.pack("<2I", 0xFFFFFFFD, END) + struct.pack("<I", FREE) * 126
    head = COMPOUND + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0)
    return head + struct.pack("<I", FREE) * 108 + table + directory


def entry(name, kind, child=FREE, right=FREE):
    encoded = f"{name}\0".encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, FREE, right, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", END, 0)


def doc():
    return compound("WordDocument", "1Table")


def xls():
    return compound("Workbook")


ALLOWED = {
    "csv": lambda: "процесс;минут\nДУ;42\n".encode(),
    "doc": doc,
    "docx": docx,
    "gif": lambda: image("GIF", mode="P"),
    "jpeg": lambda: image("JPEG"),
    "jpg": lambda: image("JPEG"),
    "pdf": pdf,
    "png": image,
    "txt": lambda: "Шлюз не отвечает\n".encode("cp1251"),
    "webp": lambda: image("WEBP"),
    "xls": xls,
    "xlsx": xlsx,
}
