from django.urls import path

from notifications import chat_views, views

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
    path("chats/", chat_views.chats, name="chats"),
    path("chats/new/", chat_views.new_chat, name="new-chat"),
    path("chats/updates/", chat_views.updates, name="updates"),
    path("chats/updates/<int:pk>/retry/", chat_views.retry_update, name="retry-update"),
    path("chats/<int:pk>/", chat_views.chat, name="chat"),
    path("chats/<int:pk>/test/", chat_views.try_chat, name="try-chat"),
    path("chats/<int:pk>/delete/", chat_views.forget_chat, name="forget-chat"),
    path("chats/<int:pk>/undelete/", chat_views.remember_chat, name="remember-chat"),
    path("<int:pk>/", views.show, name="show"),
]
