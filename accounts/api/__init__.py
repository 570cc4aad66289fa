from accounts.api.identity import IdentityViewSet
from accounts.api.people import UserViewSet
from accounts.api.tokens import SignOut, TokenCreate, TokenRefresh, TokenVerify

__all__ = ["IdentityViewSet", "SignOut", "TokenCreate", "TokenRefresh", "TokenVerify", "UserViewSet"]
