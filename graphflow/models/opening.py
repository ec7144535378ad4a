"""Opening addresses; apart from their rules, because Python's library for it loads slowly and is seldom needed."""

from __future__ import annotations

import email.message
import urllib.request
from typing import IO

from graphflow.models.address import RefusedAddress, check, shown


def opener() -> urllib.request.OpenerDirector:
    """What opens addresses: each one that a server passes on to is checked too."""
    # http is spoken with this machine only, and so with no proxy.
    proxies = {scheme: proxy for scheme, proxy in urllib.request.getproxies().items() if scheme != "http"}
    return urllib.request.build_opener(_CheckedRedirects, urllib.request.ProxyHandler(proxies))


class _CheckedRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: email.message.Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        try:
            check(newurl)
            if req.type == "https" and not newurl.lower().startswith("https:"):
                raise RefusedAddress("https is not left for http")
        except RefusedAddress as error:
            fp.close()
            raise RefusedAddress(f"it passes on to {shown(newurl)}: {error}") from None
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # as it came
