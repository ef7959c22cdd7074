"""allauth's pages under French addresses; the names are those that allauth reverses."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, include, path, re_path

entrance: list[URLPattern] = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/code/saisie/", account.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/double-authentification/", second_factor.authenticate, name="mfa_authenticate"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inscription/", account.signup, name="account_signup"),
    path("courriel/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("desactive/", account.account_inactive, name="account_inactive"),
    path("mot-de-passe/oubli/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

settings: list[URLPattern] = [
    path("courriel/", account.email, name="account_email"),
    path("confirmation/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmation/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("confirmation/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choix/", account.password_set, name="account_set_password"),
]

second_factors: list[URLPattern] = [
    path("", second_factor.index, name="mfa_index"),
    path("application/", totp.activate_totp, name="mfa_activate_totp"),
    path("application/retrait/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes-de-secours/nouveaux/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes-de-secours/fichier/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/nouvelle/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("cles/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retrait/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]

# No provider is installed by default; FranceConnect or another is a setting away and lands on these pages.
providers: list[URLPattern] = [
    path("annulee/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("erreur/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("inscription/", social.signup, name="socialaccount_signup"),
    path("liens/", social.connections, name="socialaccount_connections"),
]

urlpatterns = [
    *entrance,
    *settings,
    path("double-authentification/", include(second_factors)),
    path("service-tiers/", include(providers)),
]
