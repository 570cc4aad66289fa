from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import Standing, User


class NameOrEmailBackend(BaseBackend):
    """Signs in by username or e-mail, whatever the case; an unknown name costs as much time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username is None or password is None or "\0" in username + password:
            return None
        user = self.find(username)
        if user is None:
            make_password(password)
            return None
        right = user.check_password(password)
        return user if right and self.may_sign_in(user) else None

    def find(self, username: str) -> User | None:
        """An exact username wins over an e-mail, so that nobody can take another's name as an address."""
        found = list(User.objects.named(username)[:3])
        exact = [user for user in found if user.username.lower() == username.lower()]
        return next(iter(exact or found), None)

    def may_sign_in(self, user: User) -> bool:
        return user.standing == Standing.ACTIVE and not user.is_system

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user and self.may_sign_in(user) else None
