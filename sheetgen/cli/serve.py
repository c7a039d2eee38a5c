"""``serve``: the local page."""

from __future__ import annotations

from sheetgen.cli.asked import Asked
from sheetgen.cli.terminal import say

LOCAL = ("127.0.0.1", "localhost", "::1")


def run_serve(asked: Asked) -> None:
    """Serve the page until Ctrl-C; its address goes to stdout."""
    from sheetgen.server.run import LOOPBACK, serve

    host, port = asked.text("host"), asked.whole("port", 0, 65535)
    quiet, local = asked.flag("quiet"), host in LOCAL
    if not local:
        say(f"warning: --host {host}: everybody who reaches this machine can use the page")

    def ready(address: str, found: int) -> None:
        if port and found != port:
            say(f"port {port} is busy; this is {found}", quiet)
        print(address, flush=True)
        say("Ctrl-C ends it", quiet)
        if asked.flag("open"):
            import webbrowser

            webbrowser.open(address)

    serve(host, port, ready, LOOPBACK if local else ())
