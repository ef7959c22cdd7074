"""How allauth behaves here: nobody chooses where they land but their role."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with an e-mail or a staff username; after it, `/compte/` sends staff to their desk."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("pages:personal_space")
