from django.urls import path

from suspensions import views
from suspensions.analytics import views as analytics

app_name = "suspensions"
urlpatterns = [
    path("analytics/", analytics.index, name="analytics"),
    path("analytics/export/", analytics.export, name="analytics-export"),
    path("<int:pk>/", views.detail, name="detail"),
    path("processes/<int:pk>/", views.process, name="process"),
]
