"""The routes of the local page."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sheetgen.errors import SheetgenError
from sheetgen.formats.shorter import joined_script
from sheetgen.press.printing import printer
from sheetgen.server.ahead import Ahead
from sheetgen.server.catalogue import catalogue
from sheetgen.server.classes import COLUMNS, Classes
from sheetgen.server.guard import App, Guard, TooLargeError
from sheetgen.server.neighbours import neighbours
from sheetgen.server.sheets import Asked, exercises, file, knob_of, read_asked, shown
from sheetgen.type.fonts import TEMPLATES

LONGEST = 20.0
"""Seconds that a sheet may take."""
KINDS = {
    "pdf": "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json",
    "png": "image/png", "py": "text/plain; charset=utf-8", "xml": "application/xml",
    "ipynb": "application/json", "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
"""Ending of a file -> its media type."""
ALL = "class.zip"
"""The file with all files of a class."""
FONTS = ("label", "digits", "answer", "math", "world")

Found = TypeVar("Found")


class Page:
    """The page and what it asks for; one sheet is made at a time."""

    def __init__(self) -> None:
        self.classes = Classes()
        self.ahead = Ahead()
        self._last: Asked | None = None
        self._one = asyncio.Semaphore(1)

    async def index(self, request: Request) -> Response:
        text, policy = await run_in_threadpool(_index)
        return HTMLResponse(text, headers={"content-security-policy": policy})

    async def font(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FONTS:
            raise HTTPException(404)
        return FileResponse(TEMPLATES / "fonts" / f"{name}.ttf", media_type="font/ttf",
                            headers={"cache-control": "max-age=86400"})  # fmt: skip

    async def sheet(self, request: Request) -> Response:
        """A side of a sheet as HTML with what stands around it."""
        query = dict(request.query_params)
        side = "key" if query.get("side") == "key" else "worksheet"
        asked = read_asked(query)
        found = self.ahead.get(asked, side)
        if found is None:
            made = await self._made(request, lambda: shown(asked, side))
            if isinstance(made, Response):
                return made
            found = made
        self.ahead.keep(asked, side, found)
        self.ahead.next(neighbours(asked, side, self._last))
        self._last = asked
        return JSONResponse(found)

    async def file(self, request: Request) -> Response:
        """A file to keep, or with ``show`` to look at in a frame."""
        query = dict(request.query_params)
        show = query.pop("show", "")
        tagged = query.get("tagged") == "yes"
        found = await self._made(request, lambda: file(
            read_asked(query), query.get("format", "pdf"), query.get("side", ""), tagged,
            query.get("framework", ""),
        ))  # fmt: skip
        if isinstance(found, Response):
            return found
        name, data = found
        return Response(data, media_type=_kind(name), headers={} if show else _kept(name))

    async def look(self, request: Request) -> Response:
        return await self._listed(request, self.classes.look)

    async def start(self, request: Request) -> Response:
        return await self._listed(request, self.classes.start)

    async def earlier(self, request: Request) -> Response:
        body = await request.body()
        return JSONResponse(await run_in_threadpool(self.classes.earlier, body))

    async def job(self, request: Request) -> Response:
        job = self.classes.job(request.path_params["number"])
        if request.method == "DELETE":
            job.cancelled.set()
        return JSONResponse(job.told())

    async def class_file(self, request: Request) -> Response:
        job = self.classes.job(request.path_params["number"])
        if request.path_params["name"] == ALL and job.state == "ready":
            data = await run_in_threadpool(job.zipped)
            return Response(data, media_type=_kind(ALL), headers=_kept(ALL))
        path = job.files.get(request.path_params["name"])
        if path is None or job.state != "ready":
            raise HTTPException(404)
        return FileResponse(path, media_type=_kind(path.name), headers=_kept(path.name))

    async def _made(self, request: Request, make: Callable[[], Found]) -> Found | Response:
        """What ``make`` makes, one at a time; a request that nobody waits for any more is
        dropped."""
        async with self._one:
            if await request.is_disconnected():
                return Response(status_code=204)
            try:
                return await asyncio.wait_for(run_in_threadpool(make), LONGEST)
            except TimeoutError:
                return _problem("that takes too long here; make it by the command line", 503)

    async def _listed(self, request: Request, do: Callable[..., Any]) -> Response:
        """Do something with the class list in the body."""
        body = await request.body()
        query = dict(request.query_params)
        more = {name: query.pop(name, "") for name in
                ("list", *COLUMNS, "spares", "simplex", "group_by", "earlier")}  # fmt: skip
        asked = read_asked(query)
        await run_in_threadpool(exercises, asked)
        return JSONResponse(await run_in_threadpool(do, asked, more["list"], body, more))


def _problem(text: str, status: int = 422, knob: str = "") -> Response:
    return JSONResponse({"problem": text, "knob": knob}, status)


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, SheetgenError)
    return _problem(str(problem), knob=knob_of(problem))


async def _too_large(request: Request, problem: Exception) -> Response:
    return _problem("that is too large", 413)


def _kind(name: str) -> str:
    return KINDS.get(name.rpartition(".")[2], "application/octet-stream")


def _kept(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


@cache
def _index() -> tuple[str, str]:
    """The page, and its policy: no script but its own, no address but this one."""
    folder = TEMPLATES / "serve"
    script = joined_script(folder / "serve.js")
    css = "\n".join(path.read_text(encoding="utf-8")
                    for path in (TEMPLATES / "screen.css", folder / "serve.css"))  # fmt: skip
    sheet = printer().templates.css
    for name in FONTS:
        sheet = sheet.replace(f"sheetgen:fonts/{name}.ttf", f"font/{name}.ttf")
    data = json.dumps({**catalogue(), "css": sheet}, ensure_ascii=False).replace("<", "\\u003c")
    text = printer().templates.render(
        "serve/page.html", css=Markup(css), data=Markup(data), script=Markup(script)
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    policy = (f"default-src 'self'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
              "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-src 'self'")
    return text, policy


def app(hosts: Collection[str] = (), ready: bool = False) -> App:
    """The page as an ASGI application that answers to some host names; with none, to any.
    ``ready``: while nobody waits, it finds what the next turn of a knob needs."""
    page = Page()

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        if ready:
            await run_in_threadpool(page.ahead.start)
        yield
        await run_in_threadpool(page.ahead.close)
        await run_in_threadpool(page.classes.close)

    routes = [
        Route("/", page.index),
        Route("/font/{name}.ttf", page.font),
        Route("/sheet", page.sheet),
        Route("/file", page.file),
        Route("/class/look", page.look, methods=["POST"]),
        Route("/class/earlier", page.earlier, methods=["POST"]),
        Route("/class", page.start, methods=["POST"]),
        Route("/class/{number}", page.job, methods=["GET", "DELETE"]),
        Route("/class/{number}/{name}", page.class_file),
    ]
    handlers: dict[Any, Any] = {SheetgenError: _refused, TooLargeError: _too_large}
    made = Starlette(routes=routes, exception_handlers=handlers, lifespan=life)
    made.state.ahead = page.ahead
    return Guard(made, hosts)
