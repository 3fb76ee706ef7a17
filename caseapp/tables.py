"""Every table there is, for the migrations and the mappers."""

from __future__ import annotations

from caseapp.domain.access import models as access
from caseapp.domain.audit import models as audit
from caseapp.domain.cases import models as cases
from caseapp.domain.deadlines import models as deadlines
from caseapp.domain.documents import models as documents
from caseapp.domain.issuing import models as issuing
from caseapp.domain.meetings import models as meetings
from caseapp.domain.notices import models as notices
from caseapp.domain.org import models as org
from caseapp.domain.people import models as people
from caseapp.domain.queue import models as queue
from caseapp.domain.rates import models as rates
from caseapp.domain.receipts import models as receipts
from caseapp.domain.receptions import models as receptions
from caseapp.domain.reports import models as reports
from caseapp.domain.retention import models as retention
from caseapp.domain.screening import models as screening
from caseapp.domain.search import models as search
from caseapp.domain.supervision import models as supervision
from caseapp.domain.teams import models as teams

__all__ = [
    "access", "audit", "cases", "deadlines", "documents", "issuing", "meetings", "notices", "org", "people", "queue",
    "rates", "receipts", "receptions", "reports", "retention", "screening", "search", "supervision", "teams",
]  # fmt: skip
