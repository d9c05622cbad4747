"""Who may do what. Pages, the admin and the sockets ask here and nowhere else.

| | see the studio and the links | broadcast | change the room, renew its links and key |
|---|---|---|---|
| admin | yes | yes | yes |
| owner | yes | yes | yes |
| moderator | yes | yes | no |
| anybody else | no ("not found", so that a guess teaches nothing) | no | no |
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from subtitles.models import Room, User, Vocabulary

Visitor = User | AnonymousUser


def rooms_for(user: Visitor) -> QuerySet[Room]:
    """The rooms whose studio `user` may open, and broadcast from. One query, when it is evaluated."""
    if not isinstance(user, User) or not user.is_active:
        return Room.objects.none()
    if user.is_superuser:
        return Room.objects.all()
    return Room.objects.filter(Q(owner=user) | Q(pk__in=user.moderated_rooms.values("pk")))


def may_edit(user: Visitor, room: Room) -> bool:
    return isinstance(user, User) and user.is_active and (user.is_superuser or room.owner_id == user.pk)


def may_manage_models(user: Visitor) -> bool:
    """Fetch models to this machine, and remove them: gigabytes of the operator's disk."""
    return isinstance(user, User) and user.is_active and user.is_superuser


def vocabularies_for(user: Visitor) -> QuerySet[Vocabulary]:
    """The vocabularies that `user` may see and change: their own; an admin everybody's."""
    if not isinstance(user, User) or not user.is_active:
        return Vocabulary.objects.none()
    return Vocabulary.objects.all() if user.is_superuser else Vocabulary.objects.filter(owner=user)
