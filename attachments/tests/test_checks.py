from attachments.checks import check_types


def test_what_the_product_comes_with_is_fine():
    assert check_types() == []


def test_a_type_that_cannot_be_recognised_is_reported(settings):
    settings.FILE_TYPE_DOWNLOAD = ["pdf", "svg"]

    assert [found.id for found in check_types()] == ["attachments.E001"]


def test_a_limit_that_was_meant_in_megabytes_is_reported(settings):
    settings.MAX_FILE_SIZE_DOWNLOAD = 10

    assert [found.id for found in check_types()] == ["attachments.E002"]
