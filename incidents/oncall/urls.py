from django.urls import path

from incidents.oncall import policy_views, response_views, views

app_name = "oncall"
urlpatterns = [
    path("", views.table, name="table"),
    path("tile/", views.tile, name="tile"),
    path("response/", response_views.response_times, name="response"),
    path("response/export/", response_views.export, name="response-export"),
    path("new/", views.plan, name="plan"),
    path("rota/", views.rota, name="rota"),
    path("export/", views.export, name="export"),
    path("duties/<int:pk>/", views.duty, name="duty"),
    path("duties/<int:pk>/edit/", views.edit, name="edit"),
    path("duties/<int:pk>/substitute/", views.substitute, name="substitute"),
    path("duties/<int:pk>/delete/", views.verb_page("delete"), name="delete"),
    path("duties/<int:pk>/undelete/", views.verb_page("undelete"), name="undelete"),
    path("escalation/", policy_views.policies, name="policies"),
    path("escalation/new/", policy_views.create, name="create-policy"),
    path("escalation/<int:pk>/", policy_views.policy, name="policy"),
    path("escalation/<int:pk>/edit/", policy_views.edit, name="edit-policy"),
    path("escalation/<int:pk>/delete/", policy_views.verb_page("delete"), name="delete-policy"),
    path("escalation/<int:pk>/undelete/", policy_views.verb_page("undelete"), name="undelete-policy"),
]
