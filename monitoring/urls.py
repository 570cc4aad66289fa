from django.urls import path

from monitoring.api import Health, Live, Ready

urlpatterns = [
    path("", Health.as_view(), name="health"),
    path("live/", Live.as_view(), name="live"),
    path("ready/", Ready.as_view(), name="ready"),
]
