"""One's own sessions and second factor."""

from rest_framework import serializers

from accounts.models import SignIn
from accounts.serializers.people import PasswordField
from workflow.fields import UtcDateTimeField


class PasswordSerializer(serializers.Serializer):
    password = PasswordField()


class SessionSerializer(serializers.ModelSerializer):
    """One sign-in that is still good."""

    device = serializers.CharField(source="device_name", help_text="Browser and system, or the program's name.")
    address = serializers.CharField(allow_null=True)
    created_at = UtcDateTimeField()
    last_seen_at = UtcDateTimeField(help_text="Exact to a minute.")
    current = serializers.SerializerMethodField(help_text="Whether this request came by it.")

    class Meta:
        model = SignIn
        fields = ["id", "kind", "device", "address", "created_at", "last_seen_at", "current"]

    def get_current(self, session: SignIn) -> bool:
        return session.pk == self.context["current"]


class EndAllSerializer(serializers.Serializer):
    keep_current = serializers.BooleanField(default=False, help_text="End all but the one by which you came.")


class SecondFactorSerializer(serializers.Serializer):
    enabled = serializers.BooleanField()
    recovery_codes_left = serializers.IntegerField()


class SetUpSerializer(serializers.Serializer):
    """What the authenticator app needs."""

    secret = serializers.CharField(help_text="To type by hand.")
    uri = serializers.CharField(help_text="What the QR code says.")
    qr = serializers.CharField(help_text="The QR code as SVG.")


class OtpSerializer(serializers.Serializer):
    otp = serializers.CharField(max_length=64, help_text="A code of the app.")


class RecoveryCodesSerializer(serializers.Serializer):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text="Shown this once.")
