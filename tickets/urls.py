from django.urls import path

from tickets import views
from tickets.analytics import views as analytics
from tickets.desk import ticket_views as ticket_desk
from tickets.desk import views as desk
from tickets.sla import views as sla

app_name = "tickets"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
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
