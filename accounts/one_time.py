"""One-time codes: six digits of an authenticator app (RFC 6238), and recovery codes for the day the phone is lost."""

import base64
import secrets
from datetime import datetime
from hmac import compare_digest

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils.crypto import salted_hmac

DIGITS, STEP = 6, 30  # what every authenticator app assumes
DRIFT = 1  # steps by which the phone's clock may differ
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
RECOVERY_CODES = 10


def new_secret() -> str:
    """Return 160 random bits in Base32, as apps take them by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def generator(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 - the algorithm of RFC 6238


def code_at(secret: str, at: datetime) -> str:
    return generator(secret).generate(int(at.timestamp())).decode()


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the number of the half-minute whose code this is, None when it is none around `at`."""
    now = int(at.timestamp()) // STEP
    codes = generator(secret)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if compare_digest(codes.generate(step * STEP), code.encode()):
            found = step
    return found


def uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the address that an app reads from the QR code."""
    return generator(secret).get_provisioning_uri(account, issuer)


def qr(text: str) -> str:
    """Return an SVG drawing without inline style: black on white, for any background."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(scale=4, border=3, light="#fff", svgclass="vk-qr", lineclass=None, omitsize=False)


def new_recovery_codes() -> list[str]:
    """Return codes of about 50 random bits each, grouped for the eye."""
    return [f"{word()}-{word()}" for _number in range(RECOVERY_CODES)]


def word() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(5))


def digest(recovery_code: str) -> str:
    """Return what is kept of a recovery code; spaces, dashes and case do not matter."""
    plain = "".join(character for character in recovery_code.lower() if character in ALPHABET)
    return salted_hmac("accounts.recovery_code", plain, algorithm="sha256").hexdigest()


def is_app_code(text: str) -> bool:
    return len(text) == DIGITS and text.isascii() and text.isdigit()
