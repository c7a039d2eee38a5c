"""Starts the local page and ends it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from sheetgen.errors import MissingError, SheetgenError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PORTS_TRIED = 20


def listen(host: str, port: int) -> tuple[socket.socket, int]:
    """A socket at this port, or the next that is free; and its port. Raises SheetgenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for k in range(PORTS_TRIED):
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port + k if port else 0))
            found.listen(64)
            return found, int(found.getsockname()[1])
        except socket.gaierror:
            found.close()
            raise SheetgenError(f"--host: there is no {host!r} on this machine") from None
        except OSError as problem:
            found.close()
            if not port or not port + k < 65535:
                raise SheetgenError(f"--host {host}: {problem.strerror}") from None
            last = problem
    raise SheetgenError(f"--port: {port} and the {PORTS_TRIED} after it are busy ({last.strerror})")


def serve(
    host: str, port: int, ready: Callable[[str, int], None], hosts: Sequence[str] = LOOPBACK
) -> None:
    """Answer until Ctrl-C; ``ready`` is called with the address, and the port that it has. Raises
    MissingError where the extra is not installed."""
    try:
        import uvicorn

        from sheetgen.server.app import app
    except ImportError:
        raise MissingError('serve needs more packages: pip install "sheetgen[serve]"') from None
    listener, found = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app(hosts, ready=True), log_level="error", access_log=False, lifespan="on",
        timeout_graceful_shutdown=2, limit_concurrency=200,
    )  # fmt: skip
    ready(f"http://{shown}:{found}/", found)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
