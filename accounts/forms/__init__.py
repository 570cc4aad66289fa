from accounts.forms.own import PasswordForm, ProfileForm, SignInForm

__all__ = ["PasswordForm", "ProfileForm", "SignInForm"]
