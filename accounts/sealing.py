"""Texts that must be read again but not by whoever steals the database: sealed with a key from SECRET_KEY."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(text: str) -> str:
    return box(*keys()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises InvalidToken when the text was sealed under another SECRET_KEY."""
    return box(*keys()).decrypt(sealed.encode()).decode()


def keys() -> list[str]:
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@cache
def box(*secrets: str) -> MultiFernet:
    """The first secret seals, all unseal: so SECRET_KEY can be changed while the old one stands in the fallbacks."""
    return MultiFernet([Fernet(derived(secret)) for secret in secrets])


def derived(secret: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.sealing").derive(secret.encode())
    return base64.urlsafe_b64encode(key)
