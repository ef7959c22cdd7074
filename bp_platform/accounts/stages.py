"""The steps of signing in that differ from allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import EmailVerificationStage as MandatoryStage


class EmailVerificationStage(MandatoryStage):  # type: ignore[misc] # allauth is untyped
    """An e-mail must be proved before the first sign-in; staff who have none sign in with their username."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and not user.email:
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer
