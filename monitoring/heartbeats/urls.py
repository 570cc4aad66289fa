from django.urls import path

from monitoring.heartbeats import views

app_name = "heartbeats"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("export/", views.export, name="export"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/badge.svg", views.badge, name="badge"),
    path("badges/<str:signed>.svg", views.public_badge, name="public-badge"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    *(path(f"<int:pk>/{verb}/", views.verb_page(verb), name=verb) for verb in views.DIALOGS),
]
