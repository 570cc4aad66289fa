from django.urls import path

from attachments import views

app_name = "attachments"
urlpatterns = [
    path("<uuid:pk>/download/", views.download, name="download"),
    path("<uuid:pk>/preview/", views.preview, name="preview"),
]
