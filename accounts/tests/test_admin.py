import pytest

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_admin_bears_the_product_s_name_and_knows_no_groups(client):
    client.force_login(UserFactory(admin=True))
    page = client.get("/api/admin/").text

    assert "Vakhta" in page
    assert "/api/admin/auth/group/" not in page
