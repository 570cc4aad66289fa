import unicodedata

import pytest

from attachments import names


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Акт сверки.pdf", "Акт сверки.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Орлов\\Отчёт.docx", "Отчёт.docx"),
        ("cut\x00here.png", "cuthere.png"),
        ("line\r\nbreak\ttab.png", "line break tab.png"),
        ("annual\u202efdp.exe", "annualfdp.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("lone\ud800.txt", "lone.txt"),
        ("  spaces   inside .pdf. . ", "spaces inside .pdf"),
        (unicodedata.normalize("NFD", "Отчёт й.pdf"), "Отчёт й.pdf"),
        ('"quoted" <b>.txt', '"quoted" <b>.txt'),
        ("..", ""),
        ("\u202e\x00", ""),
    ],
)
def test_a_name_keeps_what_people_read_and_loses_what_deceives(raw, kept):
    assert names.cleaned(raw) == kept


@pytest.mark.parametrize("letter", ["a", "я", "😀"])
def test_a_long_name_is_cut_before_its_extension(letter):
    name = names.cleaned(letter * 300 + ".pdf")

    assert name.endswith(letter + ".pdf")
    assert len(name.encode()) <= names.LONGEST


def test_an_endless_extension_is_cut_too():
    assert len(names.cleaned("a." + "b" * 300)) == names.LONGEST


@pytest.mark.parametrize(
    ("name", "last"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("no extension", ""), (".htaccess", ""), ("a.", "")]
)
def test_the_last_extension_counts(name, last):
    assert names.extension(name) == last


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("photo.php.png", "php"),
        ("invoice.exe .pdf", "exe "),
        ("page.HTML.txt", "html"),
        ("Акт 12.07.2026 v1.2.pdf", None),
    ],
)
def test_an_active_extension_does_not_hide_before_the_last(name, hidden):
    assert names.hidden_extension(name) == hidden


def test_names_in_an_archive_differ_whatever_the_case():
    assert list(names.in_archive(["a.pdf", "A.pdf", "a.pdf", "a (2).pdf"])) == [
        "a.pdf",
        "A (2).pdf",
        "a (3).pdf",
        "a (2) (2).pdf",
    ]


@pytest.mark.parametrize(
    ("name", "plain"), [("../up.txt", "up.txt"), ('a:"b"?.txt', "a__b__.txt"), ("CON.txt", "_CON.txt"), ("..", "file")]
)
def test_names_in_an_archive_unpack_anywhere(name, plain):
    assert list(names.in_archive([name])) == [plain]
