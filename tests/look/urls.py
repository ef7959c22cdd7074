"""Addresses of the pages that these tests look at, and nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from bp_platform.pages.gallery import gallery

urlpatterns = [path("galerie/", login_not_required(gallery))]
