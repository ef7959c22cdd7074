"""Where a request comes from, coarse: what a limit is counted by. Never kept in clear."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV4_PREFIX, IPV6_PREFIX = 24, 64  # a household may change address inside these for free


def network_of(request: HttpRequest) -> str:
    """The caller's network. Behind our own proxies (TRUSTED_PROXIES), the address that the outermost of them saw:
    what the caller writes in X-Forwarded-For before it is never believed."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUSTED_PROXIES else ""
    hops = [*(forwarded.split(",") if forwarded else []), request.META.get("REMOTE_ADDR", "")]
    address = _address(hops[-1 - settings.TRUSTED_PROXIES :][0])
    if address is None:
        return ""
    prefix = IPV4_PREFIX if address.version == 4 else IPV6_PREFIX
    return str(ip_network((address, prefix), strict=False))


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(written.strip())
    except ValueError:  # a Unix socket gives none
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
