from django.urls import path

from suspensions.importing import views

urlpatterns = [
    path("", views.import_journal, name="import"),
    path("template/", views.template, name="import-template"),
    path("confirm/", views.confirm_drafts, name="confirm-drafts"),
    path("discard/", views.discard_drafts, name="discard-drafts"),
]
