from django.urls import path

from tickets import views

app_name = "tickets"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
]
