"""GitHub's comments of one pull request, on a server of our own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Comments:
    """A server while the block lasts; ``bodies`` are the comments, ``asked`` the requests in their order."""

    def __init__(self, bodies: list[str], *, may_write: bool = True) -> None:
        self.bodies = bodies
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        comments = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                size, page = int(asked["per_page"][0]), int(asked["page"][0])
                everything = [{"id": at, "body": body} for at, body in enumerate(comments.bodies)]
                self._answer(200, everything[(page - 1) * size : page * size])

            def do_POST(self) -> None:
                if self._may():
                    comments.bodies.append(self._body())
                    self._answer(201, {})

            def do_PATCH(self) -> None:
                if self._may():
                    comments.bodies[int(self.path.rpartition("/")[2])] = self._body()
                    self._answer(200, {})

            def _may(self) -> bool:
                if not may_write:
                    self._body()
                    self._answer(403, {"message": "Resource not accessible by integration"})
                return may_write

            def _body(self) -> str:
                body: str = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
                return body

            def _answer(self, status: int, document: Any) -> None:
                comments.asked.append(f"{self.command} {self.path}")
                comments.tokens.add(self.headers["Authorization"])
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Comments":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
