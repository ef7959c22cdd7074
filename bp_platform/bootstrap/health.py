"""Does the platform answer? Also the health check of the container: `python -m bp_platform.bootstrap.health`."""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit

PAGE = "/sante/"


def status(port: int, *, host: str = "127.0.0.1", named: str | None = None, timeout: float = 5.0) -> int | None:
    """The status of the health page, or nothing when nobody answers; `named` is the site's own host name."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", PAGE, headers={"Host": named} if named else {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def main() -> int:
    site = urlsplit(os.environ.get("BP_BASE_URL", "")).hostname
    return 0 if status(int(os.environ.get("BP_PORT", "8000")), named=site) == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
