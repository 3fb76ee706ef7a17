"""Light on the line: text is compressed, files that never change are fetched once, many small files come as one.

Compressed pages under HTTPS could in principle be probed for what is in them by their length (BREACH). The cookie is
SameSite=Lax, so another site cannot make a browser ask in the background; the CSRF token is signed anew each second;
and the length of a page is blurred by a name of random length in the gzip header.
"""

from __future__ import annotations

import gzip
import hashlib
import secrets
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request

from caseapp.web.stylesheet import parts_in_use

room = Blueprint("assets", __name__)
SCRIPTS = (
    "waiting", "aes", "seal", "store", "records", "moving", "queue", "draft", "photos", "take", "log", "similar",
    "tone", "waits", "offline", "leave",
)  # fmt: skip
FILES = ("static", "bootstrap.static", "assets.bundle")
TEXT = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")
WORTH_IT = 500
FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


def install(app: Flask) -> None:
    """Versions in addresses of files, compression of answers."""
    app.url_defaults(add_version)
    app.after_request(lighten)


@room.get("/assets/<bundle>")
def bundle(bundle: str) -> Response:
    """The style sheet, or the script, of every page in one file."""
    if bundle not in ("page.css", "page.js"):
        abort(404)
    content, _digest = _content("assets.bundle", bundle)
    return Response(content, mimetype="text/css" if bundle == "page.css" else "text/javascript")


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """An address of a file carries a digest of its content: another content is another address."""
    name = _name(values)
    if endpoint in FILES and name and "v" not in values:
        version = fingerprint(endpoint, name)
        if version:
            values["v"] = version


def _name(values: dict[str, Any] | None) -> str:
    return str((values or {}).get("filename") or (values or {}).get("bundle") or "")


def is_file() -> bool:
    """Whether a file is asked for, not a page."""
    return request.endpoint in FILES


def how_long() -> str:
    """How long a browser may keep a file: for ever, when its address names this very content."""
    version = request.args.get("v")
    same = version and version == fingerprint(str(request.endpoint), _name(request.view_args))
    return FOR_EVER if same else ASK_AGAIN


def fingerprint(endpoint: str, name: str) -> str:
    """The digest of a file's content, looked at once a second; empty when there is no such file."""
    try:
        return _digest(endpoint, name, int(monotonic()))
    except OSError:
        return ""


@lru_cache(maxsize=256)
def _digest(endpoint: str, name: str, _second: int) -> str:
    return _content(endpoint, name)[1]


def _content(endpoint: str, name: str) -> tuple[bytes, str]:
    """What a file holds, and its digest; read again only when it changed."""
    paths = _paths(endpoint, name)
    stamp = tuple(path.stat().st_mtime_ns for path in paths)
    return _read(tuple(paths), stamp, str(current_app.template_folder) if name == "page.css" else "")


def _paths(endpoint: str, name: str) -> list[Path]:
    own = Path(str(current_app.static_folder))
    frame = Path(str(current_app.blueprints["bootstrap"].static_folder))
    if endpoint != "assets.bundle":
        return [(frame if endpoint == "bootstrap.static" else own) / name]
    if name == "page.css":
        return [frame / "css/bootstrap.min.css", own / "css/office.css"]
    return [own / f"js/{script}.js" for script in SCRIPTS]


@lru_cache(maxsize=256)
def _read(paths: tuple[Path, ...], _stamp: tuple[int, ...], templates: str) -> tuple[bytes, str]:
    texts = [path.read_bytes() for path in paths]
    if templates:
        texts[0] = parts_in_use(texts[0].decode(), Path(templates), paths[1].parents[1]).encode()
    content = b"\n".join(texts)
    return content, hashlib.sha256(content).hexdigest()[:12]


def lighten(response: Response) -> Response:
    """Compress an answer that is text, when the browser takes gzip."""
    if not _is_worth_it(response):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < WORTH_IT:
        return response
    known = is_file() and response.status_code == 200 and how_long() == FOR_EVER
    response.set_data(_packed_once(data) if known else packed(data, blur=secrets.token_hex(secrets.randbelow(24))))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code not in (204, 206, 304)
        and (response.mimetype or "").startswith(TEXT)
        and "Content-Encoding" not in response.headers
        and request.method != "HEAD"
        and request.accept_encodings["gzip"] > 0
        and (response.direct_passthrough or not response.is_streamed)
    )


@lru_cache(maxsize=64)
def _packed_once(data: bytes) -> bytes:
    return packed(data, level=9)


def packed(data: bytes, *, level: int = 6, blur: str = "") -> bytes:
    """The same bytes, smaller; ``blur`` only makes the length less telling."""
    out = BytesIO()
    with gzip.GzipFile(filename=blur, mode="wb", compresslevel=level, fileobj=out, mtime=0) as file:
        file.write(data)
    return out.getvalue()
