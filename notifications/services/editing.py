"""Messages about objects follow the objects: what shows an older version is edited until Telegram has taken it."""

from datetime import datetime, timedelta
from itertools import chain

from django.utils import timezone

from notifications import cards, posting
from notifications.kinds import TELEGRAM
from notifications.models import ChannelHealth, Chat, Post
from notifications.services.pacing import take_turn
from notifications.telegram.client import ApiError, BotApi, Unreachable

LEASE = timedelta(minutes=1)
AGAIN = timedelta(minutes=1)  # after an edit that Telegram did not take
AT_ONCE = 100


def edit_stale(*, at: datetime | None = None) -> int:
    """Edit the messages whose objects changed since, and return how many were. Late or parallel, it does no harm."""
    now = at or timezone.now()
    if ChannelHealth.objects.filter(pk=TELEGRAM, rest_until__gt=now).exists():
        return 0
    rows = (Post.objects.stale(model, now).select_related("chat", "reader")[:AT_ONCE] for model in cards.models())
    posts = list(chain.from_iterable(rows))
    if not posts:
        return 0
    with BotApi() as api:
        return sum(claimed(post, now) and brought_up_to_date(api, post, now) for post in posts)


def claimed(post: Post, at: datetime) -> bool:
    """Lease a message by compare-and-set, in its chat's turn; say whether this process has it."""
    if later := take_turn(post.chat.place, at):
        Post.objects.filter(pk=post.pk).update(due_at=later)
        return False
    free = Post.objects.filter(pk=post.pk, version=post.version, lease_until=post.lease_until)
    return bool(free.update(lease_until=at + LEASE))


def brought_up_to_date(api: BotApi, post: Post, at: datetime) -> bool:
    try:
        posting.edit(api, post)
    except (ApiError, Unreachable) as error:
        put_off(post, error, at)
        return False
    return True


def put_off(post: Post, error: ApiError | Unreachable, at: datetime) -> None:
    """Try again later, unless Telegram will never take it: too old, deleted, or we are out of the chat."""
    given_up = isinstance(error, ApiError) and error.code in {400, 403}
    wait = (error.retry_after if isinstance(error, ApiError) else None) or AGAIN
    if isinstance(error, ApiError) and error.code == 429:
        Chat.objects.filter(pk=post.chat_id).update(rest_until=at + wait)
    shown = {"version": post.current} if given_up else {"due_at": at + wait}  # type: ignore[attr-defined]
    Post.objects.filter(pk=post.pk).update(lease_until=None, error=str(error)[:500], **shown)
