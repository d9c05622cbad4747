from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Ours from the first migration, so that it can grow; an admin is a user with `is_superuser`."""
