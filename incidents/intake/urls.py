from django.urls import path

from incidents.intake import message_views, views

app_name = "integrations"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("messages/", message_views.index, name="messages"),
    path("messages/replay/", message_views.replay_all, name="replay-all"),
    path("messages/<int:pk>/", message_views.detail, name="message"),
    path("messages/<int:pk>/replay/", message_views.replay, name="replay"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/try/", views.try_out, name="try"),
    *(path(f"<int:pk>/{verb}/", views.verb_page(verb), name=verb) for verb in views.DIALOGS),
]
