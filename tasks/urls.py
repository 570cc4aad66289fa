from django.urls import path

from tasks import verbs, views
from tasks.analytics import views as analytics

app_name = "tasks"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("bulk/", verbs.bulk, name="bulk"),
    path("export/", views.export, name="export"),
    path("analytics/", analytics.index, name="analytics"),
    path("analytics/export/", analytics.export, name="analytics-export"),
    path("calendar/", views.calendar, name="calendar"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/attachments.zip", views.archive, name="archive"),
    path("<int:pk>/watch/", views.watch, name="watch"),
    path("<int:pk>/unwatch/", views.unwatch, name="unwatch"),
    *(path(f"<int:pk>/{dialog.path}/", verbs.verb_page(verb), name=verb) for verb, dialog in verbs.DIALOGS.items()),
]
