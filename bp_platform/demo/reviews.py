"""The one-year review of the finished edition: written by Paula, validated by Élias, published when it was due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bp_platform.accounts.models import User
from cycles.models import Cycle
from realisation import selectors, services
from realisation.models import OneYearReview

WRITER, VALIDATOR = "paula", "elias"


def write(cycle: Cycle, told: Mapping[str, Any], *, at: datetime) -> OneYearReview:
    """The words of the review, block by block, and the team's own texts."""
    review, paula = OneYearReview.objects.get(cycle=cycle), User.objects.get(username=WRITER)
    proposed = selectors.draft(review, at)
    for key, words in told["words"].items():
        item = proposed.find(key)
        based_on = item.based_on if item else ""
        services.write_block(review, key, by=paula, at=at, text=words, version=0, based_on=based_on)
    for own in told.get("own", []):
        key = uuid5(NAMESPACE_URL, own["title"])
        services.add_block(review, by=paula, at=at, title=own["title"], text=own["text"], key=key)
    return review


def publish(review: OneYearReview, told: Mapping[str, Any], *, at: datetime) -> OneYearReview:
    """Submitted, validated four days later, published two days after that; corrected when somebody saw a mistake."""
    paula, elias = (User.objects.get(username=name) for name in (WRITER, VALIDATOR))
    services.submit_review(review, by=paula, at=at - timedelta(days=6), validator=elias)
    services.validate_review(review, by=elias, at=at - timedelta(days=2))
    published = services.publish_review(review, by=paula, at=at)
    wrong = told["rectified"]
    services.rectify_review(published, by=paula, at=at + timedelta(days=wrong["after_days"]), text=wrong["text"])
    return published


def begin(cycle: Cycle, told: Mapping[str, Any], *, at: datetime) -> OneYearReview:
    """The review of the edition under way, begun while it is fresh: a draft with a block in hand."""
    services.open_review(cycle, by=User.objects.get(username=WRITER), at=at)
    return write(cycle, told, at=at)
