"""The content policy is on every page, the first and the next, written once; a view that asks for another gets it."""

from __future__ import annotations

from csp.constants import HEADER
from django.http import HttpResponse
from django.test import RequestFactory

from bp_platform.core.middleware import ContentPolicyMiddleware


def test_every_page_leaves_with_the_policy_and_a_view_may_ask_for_another():
    def view(request):
        response = HttpResponse("page")
        if "image" in request.GET:
            response._csp_update = {"img-src": ["https://tuiles.exemple.fr"]}
        return response

    middleware = ContentPolicyMiddleware(view)
    ask = RequestFactory().get

    first, second = (middleware(ask("/"))[HEADER] for _turn in range(2))
    other = middleware(ask("/?image=1"))[HEADER]
    third = middleware(ask("/"))[HEADER]

    assert first == second == third
    assert "default-src 'none'" in first
    assert "tuiles.exemple.fr" in other
