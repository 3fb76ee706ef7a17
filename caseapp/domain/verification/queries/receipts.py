"""Holding what tokens of receipts are looked up by against the tokens."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.domain.audit.verify import Verified
from caseapp.domain.cases.models import Case
from caseapp.domain.receipts.codes import digest_of_token
from caseapp.domain.receipts.models import Receipt
from caseapp.kernel.errors import N_, CaseappError

BATCH = 2000


def check_receipts(session: Session, result: Verified) -> None:
    """Each receipt is opened by its own token and by no other: who may write the database gives none another digest."""
    query = select(Case.number, Receipt.token, Receipt.token_digest).join(Case, Case.id == Receipt.case_id)
    rows = session.execute(query.execution_options(yield_per=BATCH))
    with closing(rows):
        for number, token, digest in rows:
            if digest != digest_of_token(token):
                text = N_("%(name)s: its receipt would be opened by something else than its token")
                result.broken.append(CaseappError(text, name=number))
