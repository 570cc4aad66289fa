from django.urls import include, path

from suspensions.analytics import views as analytics
from suspensions.budgets import views as budgets
from suspensions.views import cases, dictionaries, risks

app_name = "suspensions"
urlpatterns = [
    path("", cases.index, name="list"),
    path("new/", cases.create, name="create"),
    path("blank/", cases.blank, name="blank"),
    path("export/", cases.export, name="export"),
    path("budgets/", budgets.index, name="budgets"),
    path("reportable/", budgets.reportable, name="reportable"),
    path("down/", budgets.down, name="down"),
    path("effect/", budgets.effect, name="effect"),
    path("analytics/", analytics.index, name="analytics"),
    path("analytics/export/", analytics.export, name="analytics-export"),
    path("<int:pk>/", cases.detail, name="detail"),
    path("<int:pk>/used/", budgets.used, name="used"),
    path("<int:pk>/edit/", cases.edit, name="edit"),
    path("<int:pk>/restore-now/", cases.restore_now, name="restore-now"),
    path("<int:pk>/comment/", cases.comment, name="comment"),
    path("<int:pk>/attach/", cases.attach, name="attach"),
    path("<int:pk>/attachments.zip", cases.archive, name="archive"),
    *(path(f"<int:pk>/{verb}/", page, name=verb) for verb, page in cases.VERB_PAGES.items()),
    path("processes/", dictionaries.processes, name="processes"),
    path("processes/new/", dictionaries.process_new, name="process-new"),
    path("processes/<int:pk>/", dictionaries.process, name="process"),
    path("processes/<int:pk>/edit/", dictionaries.process_edit, name="process-edit"),
    path("processes/<int:pk>/limits/new/", dictionaries.limit_new, name="limit-new"),
    path("limits/<int:pk>/correct/", dictionaries.limit_correct, name="limit-correct"),
    *(path(f"limits/<int:pk>/{verb}/", page, name=f"limit-{verb}") for verb, page in dictionaries.LIMIT_PAGES.items()),
    path("risk-sources/new/", dictionaries.source_new, name="risk-source-new"),
    path("risk-sources/<int:pk>/edit/", dictionaries.source_edit, name="risk-source-edit"),
    path("risks/", risks.index, name="risks"),
    path("risks/new/", risks.create, name="risk-new"),
    path("risks/export/", risks.export, name="risk-export"),
    path("risks/<int:pk>/", risks.detail, name="risk"),
    path("risks/<int:pk>/edit/", risks.edit, name="risk-edit"),
    path("risks/<int:pk>/link/", risks.link, name="risk-link"),
    path("risks/<int:pk>/unlink/", risks.unlink, name="risk-unlink"),
    *(path(f"risks/<int:pk>/{verb}/", page, name=f"risk-{verb}") for verb, page in risks.VERB_PAGES.items()),
    path("import/", include("suspensions.importing.urls")),
]
