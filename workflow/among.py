"""`pk__among=rows`: is one of those few. PostgreSQL reads the rows first, so that an index serves an OR with it."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField
from django.db.models.lookups import In


class Among(In):
    lookup_name = "among"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: Any) -> str:
        if connection.vendor == "postgresql" and not self.rhs_is_direct_value():
            return f"= ANY(ARRAY{rhs})"
        return str(super().get_rhs_op(connection, rhs))


def install() -> None:
    BigAutoField.register_lookup(Among)
