import io
from itertools import product

import pytest
from django.core.exceptions import ValidationError

from attachments import content, office
from attachments.tests import samples


def code_of(name, data):
    with pytest.raises(ValidationError) as refusal:
        content.content_type(io.BytesIO(data), name)
    return refusal.value.code


@pytest.mark.parametrize("extension", samples.ALLOWED)
def test_every_allowed_type_is_recognised(extension):
    file = io.BytesIO(samples.ALLOWED[extension]())

    assert content.content_type(file, f"Файл.{extension.upper()}") == content.CONTENT_TYPES[extension]


SAME = {"jpg": "jpeg", "csv": "txt"}
DIFFERENT = [pair for pair in product(samples.ALLOWED, repeat=2) if len({SAME.get(name, name) for name in pair}) == 2]


@pytest.mark.parametrize(("wanted", "given"), DIFFERENT)
def test_a_name_that_says_something_else_is_refused(wanted, given):
    assert code_of(f"file.{wanted}", samples.ALLOWED[given]()) == "content"


@pytest.mark.parametrize(
    "name", ["file.exe", "file.svg", "file.html", "report.pdf.exe", "file", ".htaccess", "file.pdf.js"]
)
def test_a_type_outside_the_list_is_refused(name):
    assert code_of(name, samples.pdf()) == "type"


def test_a_type_taken_off_the_list_is_refused(settings):
    settings.FILE_TYPE_DOWNLOAD = ["pdf"]

    assert code_of("image.png", samples.image()) == "type"


def test_a_double_extension_is_refused():
    assert code_of("shell.php.png", samples.image()) == "hidden_extension"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  \n<html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?>",
        b"{\\rtf1 text}",
        b"%!PS-Adobe",
        b"caf\x00e",
        b"\x1b[31mred\x1b[0m",
        "\x85\u0080".encode(),
        b"MZ\x90\x00\x03\x00\x00\x00",
        "по-русски".encode("utf-16"),
        b"\xff\x98\xff",
    ],
)
@pytest.mark.parametrize("extension", ["txt", "csv", "png"])
def test_markup_and_binaries_are_no_text_and_no_image(data, extension):
    assert code_of(f"file.{extension}", data) == "content"


@pytest.mark.parametrize(
    "data",
    [
        "Простой 42 мин\r\n\tпо вине провайдера".encode(),
        "Простой 42 мин".encode("cp1251"),
        "\ufeffпроцесс;минут".encode(),
        b"<6>Jul 23 18:03:11 gateway kernel: link down",
        b"BM is how a line may begin, and so does a bitmap",
        ("я" * 40_000).encode(),
        "В… нет связи".encode("cp1251"),
    ],
)
def test_text_is_utf_8_or_windows_1251(data):
    assert content.content_type(io.BytesIO(data), "file.txt") == "text/plain"


def test_an_archive_with_too_many_members_is_refused(monkeypatch):
    monkeypatch.setattr(office, "MEMBERS", 2)

    assert code_of("file.docx", samples.docx()) == "archive_too_large"


def test_an_archive_that_would_fill_the_disk_is_refused():
    bomb = samples.docx(**{"word/media/image1.png": bytes(office.UNPACKED + 1)})

    assert len(bomb) < 1024 * 1024
    assert code_of("file.docx", bomb) == "archive_too_large"


@pytest.mark.parametrize(
    "data",
    [
        samples.archive({"a.txt": "not a document"}),
        samples.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        samples.docx(**{"word/vbaProject.bin": "macros"}),
        samples.docx()[:200],
        b"PK\x03\x04" + bytes(100),
    ],
    ids=["plain zip", "macro type", "macro part", "cut off", "rubbish"],
)
def test_not_every_archive_is_a_document(data):
    assert code_of("file.docx", data) == "content"


def test_a_document_in_another_document_does_not_confuse():
    file = io.BytesIO(samples.compound("Workbook", "MBD0001", "WordDocument"))

    assert content.content_type(file, "file.xls") == office.XLS


def test_an_installer_is_no_document():
    assert code_of("file.doc", samples.compound("!Property")) == "content"


def test_a_document_under_a_password_is_refused_with_the_reason():
    assert code_of("file.docx", samples.compound("EncryptionInfo", "EncryptedPackage")) == "encrypted"
