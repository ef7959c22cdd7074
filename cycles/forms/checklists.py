"""Who prepares what, and for when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department, User
from bp_platform.core import text
from bp_platform.core.fields import day_field


def staff() -> QuerySet[User]:
    """Everybody who holds a role, in the order of names."""
    return (
        User.objects.filter(is_active=True, role_assignments__isnull=False)
        .distinct()
        .order_by("last_name", "first_name", "pk")
    )


class ItemForm(forms.Form):
    """A thing to have ready."""

    label = forms.CharField(
        label=_("À préparer"), max_length=160, error_messages={"required": _("écrivez ce qui est à préparer.")}
    )
    due_on = day_field(_("Pour le"))
    department = forms.ModelChoiceField(
        label=_("Direction"), queryset=Department.objects.none(), required=False, empty_label=_("équipe participation")
    )
    person = forms.ModelChoiceField(
        label=_("Personne"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("la personne correspondante de la direction"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset = Department.objects.order_by("name", "pk")
        fields["person"].queryset = staff()
        fields["person"].label_from_instance = _name_of

    def clean_label(self) -> str:
        return text.tidy(self.cleaned_data["label"])


def _name_of(person: User) -> str:
    return person.shown_name


class CorrespondentsForm(forms.Form):
    """One name for each department."""

    def __init__(self, *args: Any, rows: list[tuple[Department, User | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(staff())
        choices = [("", _("personne pour le moment")), *((str(one.pk), one.shown_name) for one in people)]
        self.known = {str(one.pk): one for one in people}
        for department, person in rows:
            self.fields[f"department_{department.pk}"] = forms.ChoiceField(
                label=department.name, choices=choices, required=False, initial=str(person.pk) if person else ""
            )

    def named(self, department: Department) -> User | None:
        """Who was chosen for a department."""
        return self.known.get(self.cleaned_data.get(f"department_{department.pk}") or "")
