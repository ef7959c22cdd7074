"""How allauth behaves here: nobody chooses where they land but their role."""

from __future__ import annotations

import secrets
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts import selectors
from bp_platform.accounts.models import User
from bp_platform.core import registries

# One sentence for a wrong e-mail, a wrong username and a wrong password: it must not say which.
WRONG_CREDENTIALS = _(
    "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou recevez un code par courriel."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is untyped
    """Sign-in with an e-mail or a staff username."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Ce compte est désactivé."),
        "email_password_mismatch": WRONG_CREDENTIALS,
        "username_password_mismatch": WRONG_CREDENTIALS,
        "invalid_login": WRONG_CREDENTIALS,
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "incorrect_code": _("Ce code ne convient pas. Vérifiez-le, ou demandez-en un nouveau."),
        "too_many_login_attempts": _("Trop d’essais. Attendez cinq minutes avant de recommencer."),
        "rate_limited": _("Trop de demandes en peu de temps. Attendez une minute avant de recommencer."),
        "duplicate_email": _("Ce courriel est déjà celui de votre compte."),
        "same_as_current": _("C’est déjà votre courriel."),
        "invalid_or_expired_key": _("Ce lien ne convient pas ou a expiré."),
        "invalid_password_reset": _("Ce lien ne convient pas ou a expiré."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one's work is: the desks for who has one, their own space for anybody else."""
        user = request.user
        held = {row.role for row in user.held_roles(timezone.now())} if isinstance(user, User) else set()
        has_desk = any(desk.roles & held for desk in registries.desks)
        return reverse("pages:desk_home" if has_desk else "pages:personal_space")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("pages:personal_space")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("pages:personal_space")

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """A resident signs in with an e-mail; their username is drawn, so that it names nobody."""
        user.username = user.username or f"h-{secrets.token_hex(8)}"

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        ours = "bp_platform.accounts.stages.EmailVerificationStage"
        return [ours if stage == "allauth.account.stages.EmailVerificationStage" else stage for stage in stages]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asked again only five minutes after the last proof; signing in is one."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": gettext("Utiliser mon mot de passe"),
            "mfa_reauthenticate": gettext("Utiliser mon application ou un code de secours"),
            "mfa_reauthenticate:webauthn": gettext("Utiliser ma clé d’accès"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        values: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Letters carry the town's name."""
        return super().render_mail(template_prefix, email, {**values, "town": selectors.public_body()}, headers)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth is untyped
    """The second factor, in the town's name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "unverified_email": _("Confirmez d’abord votre courriel : un code vous y est envoyé à la connexion."),
        "incorrect_code": _("Ce code ne convient pas. Attendez que l’application en affiche un nouveau."),
        "cannot_delete_authenticator": _("Cette double authentification ne peut pas être retirée."),
        "cannot_generate_recovery_codes": _("Ajoutez d’abord une application ou une clé d’accès."),
    }

    def _get_site_name(self) -> str:
        return selectors.public_body().name

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 -- allauth's parameter
        return gettext("Ma clé d’accès")
