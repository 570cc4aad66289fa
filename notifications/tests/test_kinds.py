import pytest
from django.utils import translation

from notifications.kinds import Kind, all_kinds

KINDS = list(all_kinds())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_can_be_said_in_both_languages(kind):
    texts = []
    for language in ("en", "ru"):
        with translation.override(language):
            texts.append((str(kind.label), kind.text(kind.example).title))

    assert all(label and title for label, title in texts)
    assert texts[0][0] != texts[1][0]
    assert texts[0][1] != texts[1][1]


def test_names_begin_with_their_noun():
    assert all(kind.name.partition(".")[2] for kind in KINDS)


def test_what_is_private_never_stands_under_the_bell():
    with pytest.raises(ValueError, match="never kept"):
        Kind("test.key", label="", title="", private=True)
