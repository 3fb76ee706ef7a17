"""caseapp: petitions (信访) and disputes (矛盾纠纷) of a township, followed case by case.

``create_app`` is a flat list of named steps, and the only place that knows everybody. Each step imports what it
installs, so that ``caseapp --help`` waits for no library.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from caseapp.config import DEMO_IN_PRODUCTION, Settings, read_settings
from caseapp.kernel.errors import N_, CaseappError

if TYPE_CHECKING:
    from flask import Flask

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def create_app(settings: Settings | None = None, *, pages: bool = True) -> Flask:
    """Put the application together; without ``pages`` for a command. Raises CaseappError when a setting makes no
    sense."""
    from flask import Flask

    app = Flask("caseapp", template_folder=str(TEMPLATES))
    configure(app, settings or read_settings())
    add_database(app)
    refuse_demo(app)
    add_languages(app)
    if pages:
        add_pages(app)
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
    from flask_migrate import Migrate
    from sqlalchemy.exc import ArgumentError

    from caseapp import tables  # noqa: F401 - registers every table
    from caseapp.db import db, prepare_engine
    from caseapp.db.sealed import use_seal
    from caseapp.kernel.field_keys import keys_in

    try:
        db.init_app(app)
    except (ArgumentError, ImportError) as problem:
        raise CaseappError(
            N_("CASEAPP_DATABASE_URL names no database that can be used: %(why)s"), why=problem
        ) from None
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        settings = app.extensions["caseapp"]
        prepare_engine(db.engine, settings.audit_key)
        keys = settings.field_keys
        use_seal(db.engine, keys_in(keys) if keys else (), keys)


def refuse_demo(app: Flask) -> None:
    """A real office never runs on the demo database, whose accounts and password everybody knows. Raises CaseappError.
    A database that does not answer yet is asked again at each login (``web/guard.py``)."""
    from sqlalchemy.exc import DBAPIError

    from caseapp.db import db

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
    from sqlalchemy import inspect
    from sqlalchemy.orm import Session

    from caseapp.db import db
    from caseapp.domain.org.queries import is_demo

    with db.engine.connect() as connection:
        return inspect(connection).has_table("mark") and is_demo(Session(connection))


def add_languages(app: Flask) -> None:
    """Chinese, and English where a page chooses it."""
    from flask_babel import Babel

    Babel(app)


def add_pages(app: Flask) -> None:
    """Pages, login, errors: once, also for a command that goes on to serve."""
    from caseapp.web import install

    if not app.blueprints:
        install(app)


def load_makers() -> None:
    """Load what makes PDF, Word and Excel files, and pictures: whoever serves does so before it answers, so that
    nobody's first file waits for it; everybody else loads it when the first file is made."""
    from caseapp.office.makers import load_all

    load_all()


def load_templates(app: Flask) -> None:
    """Read and compile the templates of all pages: whoever serves does so before it answers, so that nobody's first
    page waits for it."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
