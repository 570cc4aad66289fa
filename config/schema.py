"""How the OpenAPI schema describes this API: tags by noun, who may, one shape of refusal on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny

from accounts import policy_words
from accounts.permissions import declared
from workflow.serializers import RefusalSerializer

REFUSALS = {
    "400": "What was sent means nothing; `errors` says which field and why.",
    "401": "Not signed in, or the token is not valid any more.",
    "403": "The role does not allow it.",
    "404": "There is no such object, or it is not visible.",
    "409": "Out of turn: `allowed` lists the statuses that are possible now.",
    "412": "Changed meanwhile: `version` is the current one.",
    "422": "The Idempotency-Key was used with another body.",
}


class Schema(AutoSchema):
    """Adds to each operation who may do it, out of the policy table, and the refusals that it can give."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            parts = [operation.get("description", ""), policy_words.said(declared(self.view, self.method))]
            operation["description"] = "\n\n".join(part for part in parts if part)
        return operation

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and part not in {"api", "v1"}]
        return [parts[0]] if parts else super().get_tags()

    def get_operation_id(self) -> str:
        return super().get_operation_id().replace(".", "_")  # `attachments.zip` names a method in generated clients

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in self.refusals() if direction == "response" else ():
            body = self._get_response_for_code(RefusalSerializer, code)
            bodies.setdefault(code, body | {"description": REFUSALS[code]})
        return dict(sorted(bodies.items()))

    def refusals(self) -> list[str]:
        public = any(isinstance(permission, AllowAny) for permission in self.view.get_permissions())
        codes = ["400", "401"] if public else ["400", "401", "403"]
        if "{" in self.path:
            codes += ["404"] if self.method == "GET" else ["404", "409"]
        names = {parameter.get("name") for parameter in self._get_parameters()}
        codes += ["412"] if "If-Match" in names else []
        return codes + (["422"] if "Idempotency-Key" in names else [])
