"""Settings, read once from the environment and the instance folder (contract, head)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from caseapp.kernel.clock import Clock, parse_instant, stopped_clock, system_clock
from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.field_keys import new_key
from caseapp.kernel.private import create_private, make_private_folder

Network = IPv4Network | IPv6Network
CHECKOUT = Path(__file__).resolve().parents[1]
DEMO_IN_PRODUCTION = N_(
    "this database holds the demo, whose accounts and password everybody knows; a real office (CASEAPP_PRODUCTION=1)"
    " begins with an empty database: name another one in CASEAPP_DATABASE_URL"
)


@dataclass(frozen=True)
class Settings:
    """What an installation decides. ``mail_url`` is the mail server, such as ``smtp://user:word@host:25?from=a@b``;
    ``base_url`` the address under which messages link to cases; without them there is no mail, and there are no links.
    ``fonts`` are font files for PDFs, before those found on the machine. ``plain_http``: the office's own network has
    no HTTPS, and people log in there on private addresses. ``trusted_proxies``: web servers in front of this one, whose
    word about who asks is taken. ``audit_key`` marks the anchors of the record, and ``anchors`` is the file they are
    added to; neither is in the database or in a backup. ``backups`` is where a copy is laid every night, the latest
    ``backups_kept`` of them stay, and ``backup_key`` is the file whose first line locks them. ``field_keys`` is the
    file of the keys that personal data are encrypted with in the database; without it they are not.
    """

    instance: Path
    database_url: str
    secret_key: str
    clock: Clock
    production: bool
    mail_url: str = ""
    base_url: str = ""
    fonts: tuple[Path, ...] = ()
    plain_http: bool = False
    trusted_proxies: tuple[Network, ...] = ()
    audit_key: str = ""
    field_keys: Path | None = None
    anchors: Path | None = None
    backup_key: Path | None = None
    backups: Path | None = None
    backups_kept: int = 14

    @property
    def anchors_file(self) -> Path:
        """Where anchors of the record are added."""
        return self.anchors or self.instance / "anchors.jsonl"

    @property
    def files(self) -> Path:
        """Where photos and papers lie."""
        return self.instance / "files"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises CaseappError with a sentence when one makes no sense."""
    instance = Path(environ.get("CASEAPP_INSTANCE") or CHECKOUT / "instance").resolve()
    try:
        make_private_folder(instance)
        key = environ.get("CASEAPP_SECRET_KEY") or _kept_key(instance / "secret_key")
        audit_key = _kept_key(_named_file(environ, "CASEAPP_AUDIT_KEY_FILE") or instance / "audit_key")
        field_keys = _field_keys(environ, instance)
    except OSError:
        raise CaseappError(N_("the instance folder %(path)s cannot be written to"), path=instance) from None
    production = environ.get("CASEAPP_PRODUCTION", "") not in ("", "0")
    return Settings(
        instance=instance,
        database_url=_database_url(environ.get("CASEAPP_DATABASE_URL") or "", instance),
        secret_key=key,
        clock=_clock(environ.get("CASEAPP_NOW") or "", production=production),
        production=production,
        plain_http=environ.get("CASEAPP_PLAIN_HTTP", "") not in ("", "0"),
        trusted_proxies=_networks(environ.get("CASEAPP_TRUSTED_PROXIES") or ""),
        mail_url=_known_url(environ, "CASEAPP_MAIL_URL", ("smtp", "smtps")),
        audit_key=audit_key,
        field_keys=field_keys,
        anchors=_named_file(environ, "CASEAPP_ANCHORS"),
        backup_key=_named_file(environ, "CASEAPP_BACKUP_KEY_FILE"),
        backups=_named_file(environ, "CASEAPP_BACKUPS"),
        backups_kept=_count(environ, "CASEAPP_BACKUPS_KEPT", 14),
        base_url=_known_url(environ, "CASEAPP_BASE_URL", ("http", "https")),
        fonts=_fonts(environ.get("CASEAPP_FONT") or ""),
    )


def _fonts(text: str) -> tuple[Path, ...]:
    return tuple(Path(one) for one in text.split(os.pathsep) if one)


def _named_file(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None


def _count(environ: Mapping[str, str], name: str, usual: int) -> int:
    told = environ.get(name) or str(usual)
    if not (told.isascii() and told.isdigit() and int(told)):
        raise CaseappError(N_("%(name)s is no whole number from 1 on: %(value)s"), name=name, value=told)
    return int(told)


def _networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks such as ``127.0.0.1, 10.0.0.0/8``."""
    try:
        return tuple(ip_network(one) for one in text.replace(",", " ").split())
    except ValueError as problem:
        message = N_("CASEAPP_TRUSTED_PROXIES holds no list of addresses and networks: %(why)s")
        raise CaseappError(message, why=problem) from None


def _known_url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    url = environ.get(name) or ""
    if url and not (urlsplit(url).scheme in schemes and urlsplit(url).hostname):
        raise CaseappError(N_("%(name)s is no address that begins with %(scheme)s://"), name=name, scheme=schemes[-1])
    return url


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'caseapp.sqlite3'}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url


def _clock(now: str, *, production: bool) -> Clock:
    if not now:
        return system_clock
    if production:
        raise CaseappError(N_("CASEAPP_NOW stops the clock and is refused in production mode"))
    return stopped_clock(parse_instant(now, "CASEAPP_NOW"))


def _field_keys(environ: Mapping[str, str], instance: Path) -> Path:
    """The file of field keys, which holds at least one."""
    file = _named_file(environ, "CASEAPP_FIELD_KEYS_FILE") or instance / "field_keys"
    _kept_key(file, new_key(environ.get("CASEAPP_FIELD_CIPHER") or "aes").line)
    return file


def _kept_key(kept: Path, first: str = "") -> str:
    """A key of this installation, made once and kept where only its user reads it; ``first`` is one made already."""
    if not kept.exists():
        beside = kept.with_name(f"{kept.name}.{secrets.token_hex(8)}")
        create_private(beside)
        with beside.open("w", encoding="ascii") as file:
            file.write(first or secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, kept)  # of several who begin at once one is first; nobody sees half a key
        except OSError:
            if not kept.exists():  # a disk on which no file has two names
                beside.replace(kept)
        finally:
            beside.unlink(missing_ok=True)
    key = kept.read_text().strip()
    if not key:
        raise CaseappError(N_("the file %(path)s is empty: put back the copy of it, or take it away"), path=kept)
    return key
