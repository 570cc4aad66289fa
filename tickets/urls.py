from django.urls import path

from tickets import queue_views, verbs, views
from tickets.analytics import views as analytics
from tickets.desk import ticket_views as ticket_desk
from tickets.desk import views as desk
from tickets.sla import views as sla

app_name = "tickets"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("bulk/", queue_views.bulk, name="bulk"),
    path("tile/", views.tile, name="tile"),
    path("export/", views.export, name="export"),
    path("views/save/", queue_views.save_view, name="save-view"),
    path("views/<int:pk>/drop/", queue_views.drop_view, name="drop-view"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/attachments.zip", views.archive, name="archive"),
    path("<int:pk>/watch/", views.watch, name="watch"),
    path("<int:pk>/unwatch/", views.unwatch, name="unwatch"),
    *(path(f"<int:pk>/{name}/", verbs.verb_page(name), name=name) for name in verbs.DIALOGS),
    path("analytics/", analytics.index, name="analytics"),
    path("analytics/export/", analytics.export, name="analytics-export"),
    path("breaches/", sla.index, name="breaches"),
    path("breaches/export/", sla.export, name="breaches-export"),
    path("<int:pk>/merge/", ticket_desk.merge, name="merge"),
    path("<int:pk>/rate/", ticket_desk.rate, name="rate"),
    path("desk/", desk.desk, name="desk"),
    path("targets/<int:pk>/edit/", desk.target_edit, name="target-edit"),
    path("categories/new/", desk.category_new, name="category-new"),
    path("categories/<int:pk>/edit/", desk.category_edit, name="category-edit"),
    path("canned-replies/new/", desk.reply_new, name="reply-new"),
    path("canned-replies/<int:pk>/edit/", desk.reply_edit, name="reply-edit"),
]
