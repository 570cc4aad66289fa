from accounts.views.own import change_password, profile, sign_in, sign_out

__all__ = ["change_password", "profile", "sign_in", "sign_out"]
