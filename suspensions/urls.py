from django.urls import path

from suspensions import views

app_name = "suspensions"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
    path("processes/<int:pk>/", views.process, name="process"),
]
