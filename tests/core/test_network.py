"""Limits count where a request comes from, whatever the caller writes about it."""

from __future__ import annotations

import pytest

from bp_platform.core.network import network_of


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "network"),
    [
        (0, "203.0.113.7", "", "203.0.113.0/24"),
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.0/24"),  # nobody of ours wrote this header
        (1, "10.0.0.2", "198.51.100.1", "198.51.100.0/24"),
        (1, "10.0.0.2", "192.0.2.99, 198.51.100.1", "198.51.100.0/24"),  # the caller wrote the first one
        (2, "10.0.0.2", "192.0.2.99, 198.51.100.1, 10.0.0.3", "198.51.100.0/24"),
        (1, "10.0.0.2", "", "10.0.0.0/24"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.0/24"),
        (0, "", "", ""),
        (1, "10.0.0.2", "n’importe quoi", ""),
    ],
)
def test_a_network(rf, settings, proxies, remote, forwarded, network):
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    assert network_of(rf.get("/", REMOTE_ADDR=remote, **headers)) == network
