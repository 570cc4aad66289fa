from django.urls import path

from attachments import views

app_name = "attachments"
urlpatterns = [
    path("orphans/", views.orphans, name="orphans"),
    path("orphans/remove/", views.remove, name="remove-orphans"),
    path("<uuid:pk>/download/", views.download, name="download"),
    path("<uuid:pk>/preview/", views.preview, name="preview"),
]
