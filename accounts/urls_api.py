"""Routes of identity: names that existing clients rely on, with or without the closing slash."""

from django.urls import re_path

from accounts.api import IdentityViewSet, InvitationAcceptance, SignOut, TokenCreate, TokenRefresh, TokenVerify

urlpatterns = [
    re_path(r"^jwt/create/?$", TokenCreate.as_view(), name="jwt-create"),
    re_path(r"^jwt/refresh/?$", TokenRefresh.as_view(), name="jwt-refresh"),
    re_path(r"^jwt/verify/?$", TokenVerify.as_view(), name="jwt-verify"),
    re_path(r"^logout/?$", SignOut.as_view(), name="api-sign-out"),
    re_path(r"^users/?$", IdentityViewSet.as_view({"post": "create"}), name="register"),
    re_path(r"^users/me/?$", IdentityViewSet.as_view({"get": "me", "patch": "me"}), name="me"),
    *(
        re_path(rf"^users/{name}/?$", IdentityViewSet.as_view({"post": name}), name=name.replace("_", "-"))
        for name in ("set_password", "reset_password", "reset_password_confirm")
    ),
    re_path(r"^invitations/accept/?$", InvitationAcceptance.as_view(), name="accept-invitation"),
]
