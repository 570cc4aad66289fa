from django.urls import path

from monitoring import glances, views

app_name = "probes"
urlpatterns = [
    path("probes/", views.index, name="list"),
    path("probes/new/", views.create, name="create"),
    path("probes/tile/", glances.tile, name="tile"),
    path("probes/test-url/", views.test_url, name="test-url"),
    path("probes/<int:pk>/", views.detail, name="detail"),
    path("probes/<int:pk>/edit/", views.edit, name="edit"),
    path("probes/<int:pk>/check/", views.check, name="check"),
    path("probes/<int:pk>/delete/", views.verb_page("delete"), name="delete"),
    path("probes/<int:pk>/undelete/", views.verb_page("undelete"), name="undelete"),
    path("probes/<int:pk>/windows/new/", views.verb_page("edit"), name="window"),
    path("probes/windows/<int:pk>/cancel/", views.cancel_window, name="cancel-window"),
    path("probes/targets/<int:pk>/", views.target, name="target"),
    path("incidents/<int:pk>/outage/", glances.outage_of_incident, name="outage-of-incident"),
    path("suspensions/<int:pk>/outage/", glances.outage_of_case, name="outage-of-case"),
    path("outages/", views.outages, name="outages"),
    path("outages/export/", views.export_outages, name="export-outages"),
]
