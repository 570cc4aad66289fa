import zoneinfo
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflow.models import Registered
from workflow.search import words

SYSTEM_USERNAME = "system"


class Role(models.TextChoices):
    """What a person is in the organisation; the policy table says what that allows."""

    USER = "user", _("employee")
    TECHNICIAN = "technician", _("technician")
    MANAGER = "manager", _("manager")
    ADMIN = "admin", _("administrator")
    AUDITOR = "auditor", _("auditor")


def check_time_zone(name: str) -> None:
    if name and name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name}, code="invalid")


class Standing(models.TextChoices):
    """Whether a person may come in. Follows from `is_active` and `approved_at`."""

    ACTIVE = "active", _("active")
    WAITING = "waiting", _("waits for approval")
    REFUSED = "refused", _("refused")
    DEACTIVATED = "deactivated", _("deactivated")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.standing(Standing.ACTIVE)

    def standing(self, standing: str) -> "UserQuerySet":
        """Those of the given Standing."""
        approved = standing in {Standing.ACTIVE, Standing.DEACTIVATED}
        people = self.filter(is_active=standing in {Standing.ACTIVE, Standing.WAITING})
        return people.exclude(approved_at=None) if approved else people.filter(approved_at=None)

    def for_list(self) -> "UserQuerySet":
        return self.select_related("second_factor").fetch_mode(models.FETCH_RAISE)

    def admins(self) -> "UserQuerySet":
        return self.active().people().filter(role=Role.ADMIN)

    def people(self) -> "UserQuerySet":
        """Everybody but the system itself."""
        return self.exclude(username=SYSTEM_USERNAME)

    def named(self, text: str) -> "UserQuerySet":
        """Whose username or e-mail is `text`, whatever the case."""
        return self.filter(models.Q(username__iexact=text) | models.Q(email__iexact=text))

    def matching(self, text: str) -> "UserQuerySet":
        """Whose name, username or e-mail contains every word of `text`; case does not matter, nor `ё` for `е`."""
        people = self
        for word in words(text):
            fields = ("last_name", "first_name", "patronymic", "username", "email")
            conditions = [models.Q(**{f"{field}__mentions": word}) for field in fields]
            people = people.filter(models.Q(*conditions, _connector=models.Q.OR))
        return people


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("approved_at", timezone.now())
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, email, password, **{**fields, "role": Role.ADMIN})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def system(self) -> "User":
        """The user as whom jobs, probes and commands act: hidden from pickers, cannot sign in."""
        user, _created = self.get_or_create(
            username=SYSTEM_USERNAME,
            defaults={
                "email": "system@localhost",
                "first_name": "Vakhta",
                "password": "!",
                "approved_at": timezone.now(),
            },
        )
        return user


class User(AbstractBaseUser, Registered):
    """A person of the organisation. Deactivated, never deleted."""

    Role = Role
    away_since: datetime | None = None  # while the person has only just come back to their browser

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This username is taken.")},
    )
    email = models.EmailField(_("e-mail"))
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.USER)
    department = models.CharField(_("department"), max_length=150, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_time_zone])
    language = models.CharField(_("language"), max_length=5, blank=True, choices=settings.LANGUAGES)
    theme = models.CharField(_("theme"), max_length=5, blank=True, choices=[("light", _("light")), ("dark", _("dark"))])
    telegram_id = models.BigIntegerField(_("Telegram"), null=True, blank=True, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    token_version = models.PositiveIntegerField(default=1, editable=False)
    must_change_password = models.BooleanField(_("must change the password"), default=False, editable=False)

    # What the timeline calls by name though no column holds it.
    timeline_fields: ClassVar[dict[str, models.Field]] = {
        "standing": models.CharField(_("standing"), choices=Standing.choices)
    }

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_is_unique", violation_error_message=_("This e-mail is taken.")
            ),
            models.UniqueConstraint(
                Lower("username"), name="user_name_is_unique", violation_error_message=_("This username is taken.")
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.pk])

    @property
    def own_page(self) -> str:
        """Where they look after their own account; the other page is that of administrators and auditors."""
        return reverse("accounts:security")

    def clean(self) -> None:
        """Nobody has two names that lead to others: neither username nor e-mail may be another's either of them."""
        others = User.objects.exclude(pk=self.pk)
        taken = others.named(self.username) | others.named(self.email)
        names = {name.lower() for pair in taken.values_list("username", "email") for name in pair}
        errors = {}
        if self.username.lower() in names:
            errors["username"] = ValidationError(_("This username is taken."), code="unique")
        if self.email.lower() in names:
            errors["email"] = ValidationError(_("This e-mail is taken."), code="unique")
        if errors:
            raise ValidationError(errors)

    @property
    def name(self) -> str:
        """First and last name, else the username."""
        return f"{self.first_name} {self.last_name}".strip() or self.username

    @property
    def is_system(self) -> bool:
        return self.username == SYSTEM_USERNAME

    @property
    def standing(self) -> str:
        if self.approved_at:
            return Standing.ACTIVE if self.is_active else Standing.DEACTIVATED
        return Standing.WAITING if self.is_active else Standing.REFUSED

    def get_standing_display(self) -> str:
        return str(Standing(self.standing).label)

    @property
    def is_guarded(self) -> bool:
        """Whether signing in asks for a second factor."""
        factor = getattr(self, "second_factor", None)
        return factor is not None and factor.confirmed_at is not None

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    # Django Admin asks these; the policy table decides for every other door.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name or self.username
