"""An app of the tests, for workers in processes of their own: it registers the events that this folder uses."""

from __future__ import annotations

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.notifications.sample"
    label = "sample"

    def ready(self) -> None:
        from bp_platform.core import registries
        from tests.notifications.conftest import NEWS, RECEIPT

        registries.events.register(NEWS)
        registries.events.register(RECEIPT)
