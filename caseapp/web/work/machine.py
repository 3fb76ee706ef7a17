"""What is wrong with the machine, for the desk of administrators: damaged pages, and what a wrong clock left behind."""

from __future__ import annotations

from flask_babel import gettext

from caseapp.actions.runs import LOOK
from caseapp.db import db
from caseapp.domain.audit.queries import last_finding
from caseapp.domain.verification.queries.ahead import moments_ahead
from caseapp.domain.verification.queries.damage import Damage
from caseapp.kernel.errors import N_
from caseapp.web.page import said, show_instant
from caseapp.web.session import ctx

SENTENCES = {
    "runs": N_("%(count)d runs of jobs lie in the future, the last at %(latest)s."),
    "logins": N_("%(count)d logins lie in the future, the last at %(latest)s."),
    "tries": N_("%(count)d failed logins lie in the future, the last at %(latest)s."),
    "cases": N_("%(count)d cases have entries in the future, the last at %(latest)s."),
    "entries": N_("%(count)d lines of the audit log lie in the future, the last at %(latest)s."),
}
WRONG = N_("The clock of the server was wrong for a while. Put it right, then run caseapp clock mend there.")


def machine() -> list[str]:
    """Sentences for an administrator; for everybody else none."""
    context = ctx()
    if not context.actor.has_role("admin"):
        return []
    ahead = moments_ahead(db.session, context.now)
    told = [said(Damage(*one)) for one in last_finding(db.session, LOOK)]
    told += [gettext(SENTENCES[one.kind]) % {"count": one.count, "latest": show_instant(one.latest)} for one in ahead]
    return told + ([gettext(WRONG)] if ahead else [])
