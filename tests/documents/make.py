"""Photos and papers for tests, drawn here."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from caseapp.actions.cases import Act, record
from caseapp.actions.documents import Upload, attach
from caseapp.actions.store import Store
from caseapp.db import unit_of_work

COUNT = iter(range(10**9))


def picture(width: int = 64, height: int = 48, form: str = "JPEG", mode: str = "RGB", **saved: Any) -> bytes:
    """A picture of its own: no two are the same."""
    shade = next(COUNT) % 200
    image = Image.linear_gradient("L").resize((width, height)).point(lambda level: (level + shade) % 256)
    out = BytesIO()
    image.convert(mode).save(out, form, **saved)
    return out.getvalue()


def paper(pages: int = 1) -> bytes:
    """A PDF of some pages."""
    out = BytesIO()
    images = [Image.open(BytesIO(picture(120, 170))) for _ in range(pages)]
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


def serve(ctx: Any, number: str, notice: str, folder: Any, **more: Any) -> None:
    """Hand a notice over, and put it on record with a photo of the slip."""
    slip = add(ctx, number, folder, kind="voucher")
    told = {"notice": notice, "method": "in_person", "received_by": "本人", "paper": str(slip.nth)}
    with unit_of_work(ctx.session):
        record(ctx, Act(number, "serve_notice", told | more))


def add(ctx: Any, number: str, folder: Any, data: bytes | None = None, kind: str = "photo", **more: Any) -> Any:
    """Attach something to a case."""
    upload = Upload(kind, more.pop("name", "IMG_1.jpg"), data or picture(), **more)
    with unit_of_work(ctx.session):
        return attach(ctx, number, upload, Store(folder))
