"""A pretend Hugging Face hub on loopback: repositories of made-up files, as the hub's client asks for them.

with hub({"owner/model": {"config.json": b"{}", "model.safetensors": b"..."}}) as server:
    HF_ENDPOINT=server.url
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Files = Mapping[str, bytes]
COMMIT = "1" * 40


def git_sha(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def entry(path: str, data: bytes) -> dict[str, object]:
    """A file in the listing of a repository; weights and tables are large files, which have a sha256."""
    found: dict[str, object] = {"type": "file", "path": path, "size": len(data), "oid": git_sha(data)}
    if path.endswith((".safetensors", ".parquet", ".bin")):
        found["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 100}
    return found


@dataclass
class Hub:
    url: str
    repositories: dict[str, Files]
    gated: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)  # the files whose bytes were asked for


class Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def refuse(self, status: int, code: str) -> None:
        self.answer(status, b"{}", X_Error_Code=code, X_Error_Message=code)

    def do_GET(self) -> None:
        path = self.path.split("?")[0].removeprefix("/api").strip("/")
        for kind in ("models/", "datasets/"):
            path = path.removeprefix(kind)
        if path.count("/") < 1:
            return self.refuse(404, "EntryNotFound")
        owner, name, *rest = path.split("/")
        repository = f"{owner}/{name}"
        files = self.hub.repositories.get(repository)
        if files is None:
            return self.refuse(404, "RepoNotFound")
        what, revision, inner = (*rest[:2], "/".join(rest[2:])) if rest else ("revision", "main", "")
        if revision not in ("main", COMMIT):
            return self.refuse(404, "RevisionNotFound")
        if what == "revision":
            body = {"id": repository, "sha": COMMIT, "siblings": [{"rfilename": one} for one in files]}
            return self.answer(200, json.dumps(body).encode(), Content_Type="application/json")
        if what == "tree":
            listing = [entry(one, data) for one, data in files.items()]
            return self.answer(200, json.dumps(listing).encode(), Content_Type="application/json")
        if repository in self.hub.gated:
            return self.refuse(403, "GatedRepo")
        if inner not in files:
            return self.refuse(404, "EntryNotFound")
        known = entry(inner, files[inner])
        large = known.get("lfs")
        etag = large["oid"] if isinstance(large, dict) else known["oid"]
        if self.command == "GET":
            self.hub.fetched.append(f"{repository}/{inner}")
        self.answer(200, files[inner], ETag=f'"{etag}"', X_Repo_Commit=COMMIT)

    do_HEAD = do_GET


@contextmanager
def hub(repositories: dict[str, Files]) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Hub(f"http://127.0.0.1:{server.server_port}", repositories)
    server.RequestHandlerClass = type("OwnHandler", (Handler,), {"hub": found})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
