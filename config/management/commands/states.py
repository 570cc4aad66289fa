from django.apps import apps
from django.core.management.base import BaseCommand

from workflow.models import Stateful


class Command(BaseCommand):
    help = "Print every table of moves as a Mermaid diagram (kept in docs/states.md)."

    def handle(self, **options):
        self.stdout.write("# States\n\nGenerated from `MOVES` by `make states`.\n")
        for model in apps.get_models():
            if issubclass(model, Stateful):
                self.describe(model)

    def describe(self, model: type[Stateful]) -> None:
        start = model._meta.get_field("status").default
        self.stdout.write(f"## {model.__name__}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {start}")
        for before, moves in model.MOVES.items():
            for after in sorted(moves):
                self.stdout.write(f"    {before} --> {after}")
        self.stdout.write("```\n")
