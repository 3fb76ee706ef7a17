"""What the same pages cost in a program that others use: django-helpdesk, installed beside this project while it is
measured (``helpdesk.py`` runs there)."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = "django-helpdesk==2.6.1", "psycopg[binary]==3.3.9"


def peer_costs(folder: Path, address: str, cases: int) -> dict[str, float]:
    """Milliseconds of processor time by page, with so many tickets in an empty database. Empty where it cannot be
    installed, which is said."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        if subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=False).returncode:
            print("django-helpdesk cannot be installed here", file=sys.stderr)
            return {}
    told = subprocess.run(
        [str(python), "-W", "ignore", "-m", "bench.helpdesk", address, str(cases)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found
