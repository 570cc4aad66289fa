"""Who may do what, as the product itself decides it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import policy_words
from accounts.models import Role
from accounts.permissions import by_policy


@require_safe
@by_policy("policy.see")
def policy(request: HttpRequest) -> HttpResponse:
    context = {
        "section": "policy",
        "groups": policy_words.table(),
        "roles": [role.label for role in Role],
        "meanings": [(policy_words.RELATIONS[name], words) for name, words in policy_words.MEANINGS.items()],
    }
    return render(request, "accounts/policy.html", context)
