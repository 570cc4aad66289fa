"""Rules of the house that a linter cannot know; each is proven by a snippet that breaks it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
APPS = {
    "config",
    "monitoring",
    "tickets",
    "tasks",
    "suspensions",
    "incidents",
    "accounts",
    "attachments",
    "notifications",
}
APPS |= {"workflow"}
DOORS = {"api", "views", "admin", "jobs", "bot", "commands", "forms", "serializers", "filters", "permissions"}
WRITING = {"move", "save", "delete"}
MODEL_SIGNALS = {"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
NAMELESS = {"utils", "util", "helpers", "constants", "common", "core", "misc", "selectors"}
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 500, 40

MODULES = sorted(
    path.relative_to(ROOT)
    for path in [*ROOT.glob("*.py"), *(path for app in APPS for path in (ROOT / app).rglob("*.py"))]
    if "migrations" not in path.parts
)


def rooms(path: PurePath) -> set[str]:
    """The names under which a module stands: `incidents/api.py` -> incidents, api."""
    return {*path.parts[:-1], path.stem}


def is_test(path: PurePath) -> bool:
    return "tests" in path.parts or path.stem.startswith(("test_", "conftest"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def writing_doors(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Doors find, parse, call and answer; only services and models change rows."""
    if not rooms(path) & DOORS or is_test(path):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
            yield f"line {node.lineno}: .{node.func.attr}() in a door"


def model_signals(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """What happens after a change is said where the change is made."""
    for node in ast.walk(tree):
        names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
        names |= {node.attr} if isinstance(node, ast.Attribute) else set()
        for name in names & MODEL_SIGNALS:
            yield f"line {node.lineno}: model signal {name}"  # type: ignore[attr-defined]


def hidden_imports(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Imports stand at the top, where import-linter's layers can be read off."""
    for function in functions(tree):
        if function.name == "ready" and path.name == "apps.py":
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"line {node.lineno}: import inside {function.name}()"


def all_fields(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """A field added to a model must not appear on the wire by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value == "__all__":
            yield f"line {node.lineno}: every field by name"


def long_functions(path: PurePath, tree: ast.Module) -> Iterator[str]:
    for function in functions(tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > LINES_OF_A_FUNCTION:
            yield f"line {function.lineno}: {function.name}() has {lines} lines"


def long_files(path: PurePath, tree: ast.Module) -> Iterator[str]:
    last = max((node.end_lineno or 0 for node in tree.body), default=0)
    if last > LINES_OF_A_FILE:
        yield f"{last} lines"


def nameless_rooms(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """A shared module is one noun, never a drawer for the rest."""
    for name in rooms(path) & NAMELESS:
        yield f"`{name}` says nothing"


RULES = [writing_doors, model_signals, hidden_imports, all_fields, long_functions, long_files, nameless_rooms]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    offences = [
        f"{path}: {offence}" for path in MODULES for offence in rule(path, ast.parse((ROOT / path).read_text("utf-8")))
    ]
    assert offences == []


@pytest.mark.parametrize(
    ("rule", "path", "snippet"),
    [
        (writing_doors, "incidents/api.py", "def close(self, request):\n    self.get_object().move('closed')"),
        (writing_doors, "incidents/views.py", "def edit(request):\n    form.save()"),
        (writing_doors, "tasks/jobs.py", "def purge():\n    Task.objects.all().delete()"),
        (writing_doors, "accounts/admin/user.py", "obj.save()"),
        (writing_doors, "config/management/commands/up.py", "user.save()"),
        (model_signals, "incidents/models.py", "from django.db.models.signals import post_save"),
        (model_signals, "incidents/apps.py", "signals.pre_delete.connect(forget)"),
        (hidden_imports, "incidents/services.py", "def close():\n    from tasks import services"),
        (hidden_imports, "incidents/services.py", "async def close():\n    def inner():\n        import json"),
        (hidden_imports, "incidents/services.py", "def ready():\n    import json"),
        (all_fields, "incidents/serializers.py", "class Meta:\n    fields = '__all__'"),
        (long_functions, "incidents/services.py", "def endless():\n" + "    pass\n" * 40),
        (long_files, "incidents/services.py", "x = 1\n" * 501),
        (nameless_rooms, "incidents/utils.py", ""),
        (nameless_rooms, "core/models.py", ""),
    ],
)
def test_a_breach_is_found(rule, path, snippet):
    assert list(rule(PurePath(path), ast.parse(snippet)))


@pytest.mark.parametrize(
    ("rule", "path", "snippet"),
    [
        (writing_doors, "incidents/services.py", "incident.move('closed')"),
        (writing_doors, "incidents/tests/test_api.py", "incident.save()"),
        (model_signals, "workflow/apps.py", "from django.db.models.signals import post_migrate"),
        (hidden_imports, "incidents/apps.py", "def ready(self):\n    from incidents import registry"),
        (long_functions, "incidents/services.py", "def enough():\n" + "    pass\n" * 39),
        (long_files, "incidents/services.py", "x = 1\n" * 500),
    ],
)
def test_what_is_allowed_passes(rule, path, snippet):
    assert list(rule(PurePath(path), ast.parse(snippet))) == []


def test_every_app_is_looked_at():
    assert {path.parts[0] for path in MODULES if len(path.parts) > 1} == APPS
    assert {path.name for path in ROOT.glob("*/__init__.py")} == {"__init__.py"}
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == APPS


def explained():
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.template").read_text("utf-8"), re.MULTILINE))


def test_every_setting_is_explained_and_nothing_else():
    asked = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "config/settings.py").read_text("utf-8")))
    assert explained() == asked


def test_the_containers_are_handed_every_setting():
    of_the_image = {"DATA_DIR", "MEDIA_ROOT", "PORT", "LISTEN_ADDRESS", "DEBUG", "DEBUG_TOOLBAR", "CELERY_BROKER_URL"}
    handed = set(re.findall(r"^    ([A-Z0-9_]+):", (ROOT / "docker-compose.yml").read_text("utf-8"), re.MULTILINE))
    assert handed == explained() - of_the_image
