from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.change_password, name="change-password"),
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/edit/", views.edit_organisation, name="edit-organisation"),
    path("policy/", views.policy, name="policy"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/week/", views.edit_week, name="edit-week"),
    path("calendar/day/", views.edit_day, name="edit-day"),
    path("calendar/day/clear/", views.clear_day, name="clear-day"),
    path("calendar/import/", views.import_days, name="import-days"),
]
