from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("tasks")

    def ready(self):
        from accounts import handover
        from attachments import owners
        from notifications import cards, kinds
        from tasks import bot, notifications, search, services, wording
        from tasks.menu import pressing_tasks
        from tasks.models import Task, TaskFile
        from tasks.offshoots import OFFSHOOTS
        from tasks.programmes import registration as programmes
        from workflow import offshoots
        from workflow.navigation import Entry, register
        from workflow.search import nouns
        from workflow.wording import register as register_wording

        nouns.register(search.NOUN)
        cards.register(Task, bot.CARD)
        bot.begin()
        kinds.register(*notifications.KINDS, section=kinds.Section(40, _("Tasks")))
        register_wording(wording.VERBS)
        register(Entry("tasks", _("Tasks"), "task", "tasks:list", order=30, count=pressing_tasks))
        owners.register(TaskFile, TaskFile.objects.visible_to)
        offshoots.register(*OFFSHOOTS)
        programmes.begin()
        handover.register(
            handover.OpenWork(
                "tasks",
                _("tasks"),
                open=lambda: Task.objects.present().being_done(),
                field="executor",
                reassign=services.hand_over,
            )
        )
