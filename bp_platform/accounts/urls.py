"""Addresses of one's own data and of the administration's desks. Signing in: `allauth_urls`."""

from __future__ import annotations

from django.urls import path

from bp_platform.accounts.views import account, desk, house

app_name = "accounts"
urlpatterns = [
    path("compte/premiere-connexion/", account.first_sign_in, name="first_sign_in"),
    path("compte/mes-donnees/", account.my_data, name="my_data"),
    path("compte/mes-donnees/fichier/", account.my_data_file, name="my_data_file"),
    path("compte/mes-donnees/effacer/", account.erase_my_account, name="erase_my_account"),
    path("bureau/comptes/", desk.people, name="people"),
    path("bureau/comptes/nouveau/", desk.new_person, name="new_person"),
    path("bureau/comptes/<int:pk>/", desk.person, name="person"),
    path("bureau/comptes/<int:pk>/role/", desk.give_role, name="give_role"),
    path("bureau/comptes/<int:pk>/invitation/", desk.invite_again, name="invite_again"),
    path("bureau/comptes/<int:pk>/double-authentification/", desk.reset_second_factor, name="reset_second_factor"),
    path("bureau/comptes/<int:pk>/desactiver/", desk.deactivate, name="deactivate"),
    path("bureau/comptes/<int:pk>/rouvrir/", desk.reactivate, name="reactivate"),
    path("bureau/roles/<int:pk>/fin/", desk.end_role, name="end_role"),
    path("bureau/directions/", house.departments, name="departments"),
    path("bureau/directions/nouvelle/", house.new_department, name="new_department"),
    path("bureau/directions/<int:pk>/", house.department, name="department"),
    path("bureau/collectivite/", house.public_body, name="public_body"),
    path("bureau/personnes/", house.contacts, name="contacts"),
    path("bureau/personnes/<int:pk>/", house.contact, name="contact"),
    path("bureau/personnes/<int:pk>/fichier/", house.contact_file, name="contact_file"),
    path("bureau/personnes/<int:pk>/effacer/", house.erase_contact, name="erase_contact"),
]
