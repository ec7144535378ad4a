"""A server on this machine that plays those of the world: right files, and everything else that servers answer."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from types import TracebackType

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
"""Writes an answer, with its status line and headers."""


class FileServer:
    """Serves what `files` holds by name: bytes, or a function that answers in its own way.

    Attributes:
        files: By name.
        asked: The names that were asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes | Answer] = {}
        self.asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(handler) -> None:
                name = handler.path.lstrip("/").partition("?")[0]
                self.asked.append(name)
                content = self.files.get(name)
                if content is None:
                    handler.send_error(404)
                elif callable(content):
                    content(handler)
                else:
                    answer(content)(handler)

            def log_message(handler, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{name}"


def answer(content: bytes, status: int = 200, length: int | None = -1, **headers: str) -> Answer:
    """An answer with these bytes.

    Args:
        content: The bytes.
        status: Of the answer.
        length: That it announces: None for none; the right one unless given.
        headers: Further ones; ``_`` stands for ``-``.
    """

    def write(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if length is not None:
            handler.send_header("Content-Length", str(len(content) if length < 0 else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return write
