from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.index, name="list"),
    path("bell/", views.bell, name="bell"),
    path("latest/", views.latest, name="latest"),
    path("read-all/", views.read_all, name="read-all"),
    path("preferences/", views.preferences, name="preferences"),
    path("test/", views.send_test, name="test"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/retry-all/", views.retry_all, name="retry-all"),
    path("outbox/<int:pk>/", views.delivery, name="delivery"),
    path("outbox/<int:pk>/retry/", views.retry, name="retry"),
    path("<int:pk>/", views.show, name="show"),
]
