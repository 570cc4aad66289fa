from django.urls import path

from tasks.programmes import catalogue_views, join_views, member_views, review_views, views

app_name = "programmes"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("join/<str:token>/", join_views.join, name="join"),
    path("reports/", review_views.queue, name="reports"),
    path("reports/<int:pk>/", review_views.report, name="report"),
    path("reports/<int:pk>/approve/", review_views.approve, name="approve"),
    path("reports/<int:pk>/decline/", review_views.decline, name="decline"),
    path("requests/<int:pk>/approve/", member_views.approve_request, name="approve-request"),
    path("requests/<int:pk>/decline/", member_views.decline_request, name="decline-request"),
    path("members/<int:pk>/", member_views.member, name="member"),
    path("members/<int:pk>/edit/", member_views.edit, name="edit-member"),
    path("memberships/<int:pk>/exclude/", member_views.verb("exclude"), name="exclude"),
    path("memberships/<int:pk>/readmit/", member_views.verb("readmit"), name="readmit"),
    path("assignments/", catalogue_views.catalogue, name="assignments"),
    path("assignments/new/", catalogue_views.create, name="create-assignment"),
    path("assignments/<int:pk>/", catalogue_views.assignment, name="assignment"),
    path("assignments/<int:pk>/edit/", catalogue_views.edit, name="edit-assignment"),
    path("assignments/<int:pk>/archive/", catalogue_views.archive, name="archive-assignment"),
    path("assignments/<int:pk>/unarchive/", catalogue_views.unarchive, name="unarchive-assignment"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/export/", views.export, name="export"),
    path("<int:pk>/fill/", views.fill, name="fill"),
    path("<int:pk>/days/<int:number>/", views.plan_day, name="plan"),
    *(path(f"<int:pk>/{name}/", views.verb(name), name=name) for name in views.DIALOGS),
]
