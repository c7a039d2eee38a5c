"""What stands before the page: only this machine's browser is answered, and nothing too large."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 5_000_000
"""Bytes of a body."""
SAME = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""Headers of every answer."""


class Guard:
    """Refuses requests by another name than ``hosts`` (none: any is right), posts from another
    page, and bodies that are too large."""

    def __init__(self, app: App, hosts: Collection[str]) -> None:
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        told = self._refused(scope["method"], headers)
        if told:
            await _tell(send, *told)
            return
        await self.app(scope, _measured(receive), _with_headers(send))

    def _refused(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self.hosts and _name(host) not in self.hosts:
            return 403, "this page answers only to the address that sheetgen serve printed"
        if method not in ("GET", "HEAD"):
            origin = headers.get("origin")
            if origin is None or urlsplit(origin).netloc != host:
                return 403, "a post must come from the page itself"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            return 413, f"more than {LARGEST // 1_000_000} MB is not taken"
        return None


def _name(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


class TooLargeError(Exception):
    """A body that goes on and on."""


def _measured(receive: Receive) -> Receive:
    seen = 0

    async def measured() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise TooLargeError
        return message

    return measured


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            more = [(k.encode(), v.encode()) for k, v in SAME.items()]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)

    return sending


async def _tell(send: Send, status: int, text: str) -> None:
    headers = {"content-type": "text/plain; charset=utf-8", **SAME}
    listed = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
