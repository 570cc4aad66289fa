from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.db.models.fields import BLANK_CHOICE_LABEL
from django.utils import translation
from django.utils.translation import gettext, ngettext

from config import catalogue

pytestmark = pytest.mark.once


def test_every_text_of_the_product_is_translated():
    assert catalogue.problems() == []


def test_the_compiled_catalogue_speaks_russian():
    with translation.override("ru"):
        words = [ngettext("%(count)s time", "%(count)s times", count) for count in (1, 2, 5, 21)]
        assert gettext("Sign in") == "Войти"

    assert words == ["%(count)s раз", "%(count)s раза", "%(count)s раз", "%(count)s раз"]


def test_texts_are_found_in_templates_and_in_python():
    texts = {catalogue.key(message) for message in catalogue.collected()}

    assert {"Report an incident", "Your role does not allow this.", "INC-%(id)s"} <= texts


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A catalogue of one's own to break."""
    original = catalogue.po_path().read_text()
    copy = tmp_path / "ru/LC_MESSAGES/django.po"
    copy.parent.mkdir(parents=True)
    copy.write_text(original)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path])
    return copy


def test_a_missing_translation_is_reported(broken):
    broken.write_text(broken.read_text().replace('msgstr "Войти"', 'msgstr ""'))

    assert catalogue.problems() == ["not translated: 'Sign in'"]


def test_a_lost_placeholder_is_reported(broken):
    broken.write_text(broken.read_text().replace('msgstr "ИНЦ-%(id)s"', 'msgstr "ИНЦ"'))

    assert catalogue.problems() == ["placeholders differ: 'INC-%(id)s'"]


def test_a_plural_form_that_lost_the_number_is_reported(broken):
    broken.write_text(broken.read_text().replace('msgstr[2] "и ещё %(more)s"', 'msgstr[2] "е"'))

    assert catalogue.problems() == ["placeholders differ: 'and %(more)s more'"]


def test_a_text_that_is_gone_is_reported(broken):
    broken.write_text(broken.read_text() + '\nmsgid "Nobody says this"\nmsgstr "Никто"\n')

    assert catalogue.problems() == ["no longer in the sources: 'Nobody says this'"]


def test_updating_changes_nothing_when_nothing_changed(broken):
    before = broken.read_text()

    assert catalogue.update() == 0
    assert broken.read_text() == before


def test_a_fuzzy_entry_is_reported(broken):
    broken.write_text(broken.read_text().replace('msgid "Skip to content"', '#, fuzzy\nmsgid "Skip to content"'))

    assert catalogue.problems() == ["fuzzy: 'Skip to content'"]


def test_half_written_files_are_never_read(tmp_path, broken):
    catalogue.compile_catalogue()

    assert [path.name for path in Path(broken.parent).iterdir() if path.suffix == ".draft"] == []
    assert isinstance(catalogue.stored(), Catalog)


def test_texts_that_django_left_in_english_are_russian_here():
    with translation.override("ru"):
        assert str(BLANK_CHOICE_LABEL) == "— выберите —"
