"""caseapp: petitions (信访) and disputes (矛盾纠纷) of a township, followed case by case.

``create_app`` is a flat list of named steps, and the only place that knows everybody.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import inspect
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from caseapp.config import DEMO_IN_PRODUCTION, Settings, read_settings
from caseapp.db import db, prepare_engine
from caseapp.kernel.errors import N_, CaseappError

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """Put the application together. Raises CaseappError when a setting makes no sense."""
    app = Flask("caseapp", template_folder=str(TEMPLATES))
    configure(app, settings or read_settings())
    add_database(app)
    refuse_demo(app)
    add_web(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Settings of the installation, and of the libraries."""
    app.extensions["caseapp"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="caseapp",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).resolve().parent / "translations"),
    )


def add_database(app: Flask) -> None:
    """The database and its migrations."""
    from caseapp import tables  # noqa: F401 - registers every table

    try:
        db.init_app(app)
    except (ArgumentError, ImportError) as problem:
        raise CaseappError(
            N_("CASEAPP_DATABASE_URL names no database that can be used: %(why)s"), why=problem
        ) from None
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)


def refuse_demo(app: Flask) -> None:
    """A real office never runs on the demo database, whose accounts and password everybody knows. Raises CaseappError.
    A database that does not answer yet is asked again at each login (``web/guard.py``)."""
    if not app.extensions["caseapp"].production:
        return
    with app.app_context():
        try:
            found = _holds_demo()
        except DBAPIError:
            found = False
        finally:
            db.engine.dispose()  # a server that forks begins with connections of its own
    if found:
        raise CaseappError(DEMO_IN_PRODUCTION)


def _holds_demo() -> bool:
    """Whether the database holds the demo; one without tables does not."""
    from caseapp.domain.org.queries import is_demo

    with db.engine.connect() as connection:
        return inspect(connection).has_table("mark") and is_demo(Session(connection))


def add_web(app: Flask) -> None:
    """Pages, languages, login, errors."""
    from caseapp.web import install

    install(app)
