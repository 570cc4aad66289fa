from django.urls import path

from incidents import bulk, views

app_name = "incidents"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("similar/", views.similar, name="similar"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("export/", views.export, name="export"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/attachments.zip", views.archive, name="archive"),
    path("<int:pk>/watch/", views.watch, name="watch"),
    path("<int:pk>/unwatch/", views.unwatch, name="unwatch"),
    *(path(f"<int:pk>/{verb}/", views.verb_page(verb), name=verb) for verb in views.DIALOGS),
]
