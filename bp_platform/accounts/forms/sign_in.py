"""Forms of signing in: allauth's, with this site's words. Labels say everything, so placeholders go."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bp_platform.core import codes

PASSWORD_HINT = _("Au moins 12 caractères. Trois ou quatre mots sans lien entre eux font un bon mot de passe.")


def _say(form: forms.Form, **labels: Any) -> None:
    """Give fields their French label and drop what allauth wrote around them."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in labels:
            field.label, field.help_text = labels[name], ""


class LoginForm(account.LoginForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            login=_("Courriel ou identifiant"),
            password=_("Mot de passe"),
            remember=_("Garder ma session ouverte deux semaines sur cet appareil"),
        )
        self.fields["login"].widget.attrs.update({"autocomplete": "username webauthn", "autocapitalize": "none"})
        self.fields["password"].help_text = format_html(
            '<a href="{}">{}</a>', reverse("account_reset_password"), _("Mot de passe oublié ?")
        )


class SignupForm(account.SignupForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("Courriel"), password1=_("Mot de passe"))
        self.fields["email"].help_text = _("Un code vous y sera envoyé pour vérifier que ce courriel est le vôtre.")
        self.fields["password1"].help_text = PASSWORD_HINT


class RequestLoginCodeForm(account.RequestLoginCodeForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("Courriel"))


class _CodeForm(forms.Form):
    """A code of six digits, typed or filled in by the phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("Code à six chiffres"))
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code"})


class ConfirmLoginCodeForm(_CodeForm, account.ConfirmLoginCodeForm):  # type: ignore[misc] # allauth is untyped
    pass


class ConfirmEmailVerificationCodeForm(_CodeForm, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc] # allauth is untyped
    pass


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("Courriel"))


class _NewPasswordForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            oldpassword=_("Mot de passe actuel"),
            password1=_("Nouveau mot de passe"),
            password2=_("Le même, une seconde fois"),
        )
        self.fields["password1"].help_text = PASSWORD_HINT


class ResetPasswordKeyForm(_NewPasswordForm, account.ResetPasswordKeyForm):  # type: ignore[misc] # allauth is untyped
    pass


class ChangePasswordForm(_NewPasswordForm, account.ChangePasswordForm):  # type: ignore[misc] # allauth is untyped
    pass


class SetPasswordForm(_NewPasswordForm, account.SetPasswordForm):  # type: ignore[misc] # allauth is untyped
    pass


class AddEmailForm(account.AddEmailForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email=_("Nouveau courriel"))
        self.fields["email"].help_text = _("Un code y sera envoyé ; l’ancien courriel reste le vôtre jusque-là.")


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password=_("Mot de passe"))


class _SecondFactorForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code=_("Code de l’application, ou code de secours"))
        self.fields["code"].widget.attrs.update({"autocomplete": "one-time-code", "autocapitalize": "none"})


class AuthenticateForm(_SecondFactorForm, second_factor.AuthenticateForm):  # type: ignore[misc] # allauth is untyped
    pass


class ReauthenticateWithCodeForm(_SecondFactorForm, second_factor.ReauthenticateForm):  # type: ignore[misc] # allauth is untyped
    pass


class ActivateTOTPForm(_CodeForm, totp.ActivateTOTPForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code à six chiffres affiché par l’application")
        self.shown_secret = codes.grouped(self.secret)


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, name=_("Nom de la clé"), passwordless=_("Me connecter avec cette clé seule, sans mot de passe"))
        self.fields["passwordless"].help_text = _("La clé demande alors votre empreinte, votre visage ou son code.")


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, name=_("Nom de la clé"))


class FirstSignInForm(forms.Form):
    """The code of an invitation, and the password that somebody chooses with it."""

    username = forms.CharField(label=_("Identifiant"), max_length=150)
    code = forms.CharField(
        label=_("Code reçu"), max_length=40, help_text=_("Douze lettres et chiffres ; les espaces ne comptent pas.")
    )
    password = forms.CharField(
        label=_("Mot de passe que vous choisissez"), strip=False, widget=forms.PasswordInput, help_text=PASSWORD_HINT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update({"autocomplete": "username", "autocapitalize": "none"})
        self.fields["code"].widget.attrs.update({"autocomplete": "one-time-code", "autocapitalize": "characters"})
        self.fields["password"].widget.attrs["autocomplete"] = "new-password"

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class EraseForm(forms.Form):
    """A final act is confirmed by a word."""

    WORD = _("EFFACER")
    word = forms.CharField(label=_("Pour confirmer, écrivez EFFACER"), max_length=20)

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip()
        if word.upper() != str(self.WORD):
            raise ValidationError(_("Écrivez exactement le mot EFFACER, ou fermez cette page : rien n’est effacé."))
        return word
