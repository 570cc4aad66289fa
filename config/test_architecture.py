"""Rules of the house that a linter cannot know; each is proven by a snippet that breaks it."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePath

import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

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
DOORS |= {"verbs", "dialogs"}
DOOR_ENDINGS = ("_api", "_views", "_bot", "_forms")
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


def is_door(path: PurePath) -> bool:
    return bool(rooms(path) & DOORS) or path.stem.endswith(DOOR_ENDINGS)


def is_test(path: PurePath) -> bool:
    return "tests" in path.parts or path.stem.startswith(("test_", "conftest"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def writing_doors(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Doors find, parse, call and answer; only services and models change rows."""
    if not is_door(path) or is_test(path):
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


def lost_codes(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Django drops the code beside a dictionary of errors: say it with `invalid()`, which keeps it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(keyword.arg == "code" for keyword in node.keywords):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "ValidationError" and any(isinstance(argument, ast.Dict) for argument in node.args):
                yield f"line {node.lineno}: the code is lost"


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


RULES = [writing_doors, model_signals, hidden_imports, all_fields, lost_codes]
RULES += [long_functions, long_files, nameless_rooms]


@cache
def offences() -> dict[str, list[str]]:
    """What every module does against every rule; each is read once."""
    found: dict[str, list[str]] = {rule.__name__: [] for rule in RULES}
    for path in MODULES:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        for rule in RULES:
            found[rule.__name__] += [f"{path}: {offence}" for offence in rule(path, tree)]
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert offences()[rule.__name__] == []


@pytest.mark.parametrize(
    ("rule", "path", "snippet"),
    [
        (writing_doors, "incidents/api.py", "def close(self, request):\n    self.get_object().move('closed')"),
        (writing_doors, "incidents/views.py", "def edit(request):\n    form.save()"),
        (writing_doors, "tasks/jobs.py", "def purge():\n    Task.objects.all().delete()"),
        (writing_doors, "accounts/admin/user.py", "obj.save()"),
        (writing_doors, "config/management/commands/up.py", "user.save()"),
        (writing_doors, "incidents/intake/machine_api.py", "message.save()"),
        (writing_doors, "tasks/programmes/review_views.py", "report.move('accepted')"),
        (writing_doors, "notifications/chat_forms.py", "form.save()"),
        (writing_doors, "tasks/duty_bot.py", "task.delete()"),
        (writing_doors, "tickets/verbs.py", "ticket.save()"),
        (writing_doors, "suspensions/views/dialogs.py", "case.move('closed')"),
        (model_signals, "incidents/models.py", "from django.db.models.signals import post_save"),
        (model_signals, "incidents/apps.py", "signals.pre_delete.connect(forget)"),
        (hidden_imports, "incidents/services.py", "def close():\n    from tasks import services"),
        (hidden_imports, "incidents/services.py", "async def close():\n    def inner():\n        import json"),
        (hidden_imports, "incidents/services.py", "def ready():\n    import json"),
        (all_fields, "incidents/serializers.py", "class Meta:\n    fields = '__all__'"),
        (lost_codes, "tasks/services/moving.py", "raise ValidationError({'note': 'Why?'}, code='required')"),
        (lost_codes, "tasks/models/task.py", "raise exceptions.ValidationError({name: text}, code=code)"),
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
        (lost_codes, "tasks/services/moving.py", "raise ValidationError('Why?', code='required')"),
        (lost_codes, "tasks/services/moving.py", "ValidationError({'note': ValidationError('Why?', code='required')})"),
        (long_functions, "incidents/services.py", "def enough():\n" + "    pass\n" * 39),
        (long_files, "incidents/services.py", "x = 1\n" * 500),
    ],
)
def test_what_is_allowed_passes(rule, path, snippet):
    assert list(rule(PurePath(path), ast.parse(snippet))) == []


def test_every_app_is_looked_at():
    assert {path.parts[0] for path in MODULES if len(path.parts) > 1} == APPS
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == APPS


def contract():
    """The rooms of an app in import-linter's order, and the packages in which it keeps it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return settings["contracts"][1]


def layered():
    return {name.strip(" ()") for layer in contract()["layers"] for name in re.split("[|:]", layer)}


def test_every_door_stands_in_a_layer_of_its_package():
    doors = {path for path in MODULES if is_door(path) and not is_test(path) and path.parent != PurePath("config")}
    known = layered() | {"urls_api"}  # which only lists addresses
    unlayered = {str(path) for path in doors if path.stem.endswith(DOOR_ENDINGS) and path.stem not in known}
    whole = DOORS | {"models"}  # a package that is one layer itself
    packages = {path.parent for path in doors if path.stem in known and not rooms(path.parent) & whole}

    assert {path for path in unlayered if "/commands/" not in path} == set()
    assert {".".join(package.parts) for package in packages} <= set(contract()["containers"])


@pytest.mark.parametrize(
    ("importer", "imported", "kept"),
    [
        ("machine_api", "services", True),
        ("services", "machine_api", False),
        ("views", "api", False),
        ("views", "machine_api", False),
        ("serializers", "views", False),
        ("models", "services", False),
    ],
)
def test_import_linter_sees_into_a_package(tmp_path, monkeypatch, importer, imported, kept):
    package = tmp_path / f"sample_{importer}_{imported}" / "inner"
    package.mkdir(parents=True)
    for name in {"__init__", imported}:
        (package / f"{name}.py").touch()
    (package.parent / "__init__.py").touch()
    (package / f"{importer}.py").write_text(f"from {package.parent.name}.inner import {imported}")
    (tmp_path / "rules.toml").write_text(
        f"""[tool.importlinter]
root_packages = ["{package.parent.name}"]
[[tool.importlinter.contracts]]
name = "Layers"
type = "layers"
containers = ["{package.parent.name}.inner"]
layers = {json.dumps(contract()["layers"])}
"""
    )
    monkeypatch.syspath_prepend(tmp_path)

    configuration.configure()
    found = lint_imports(config_filename=str(tmp_path / "rules.toml"), cache_dir=None, is_debug_mode=True)

    assert found is kept


def explained():
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.template").read_text("utf-8"), re.MULTILINE))


def test_every_setting_is_explained_and_nothing_else():
    asked = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "config/settings.py").read_text("utf-8")))
    assert explained() == asked


def test_the_containers_are_handed_every_setting():
    of_the_image = {"DATA_DIR", "MEDIA_ROOT", "PORT", "LISTEN_ADDRESS", "DEBUG", "DEBUG_TOOLBAR", "CELERY_BROKER_URL"}
    handed = set(re.findall(r"^    ([A-Z0-9_]+):", (ROOT / "docker-compose.yml").read_text("utf-8"), re.MULTILINE))
    assert handed == explained() - of_the_image
