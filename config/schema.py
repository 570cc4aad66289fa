from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Tags by noun instead of by path."""

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and part not in {"api", "v1"}]
        return [parts[0]] if parts else super().get_tags()
