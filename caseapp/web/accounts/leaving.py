"""/accounts/<username>/leaving: what the end of a post or of an account leaves without a holder, before it is done."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from caseapp.actions.account_acts import AskedAct, end_of, takes_two
from caseapp.actions.accounts import account
from caseapp.actions.leaving import would_leave
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import posts_on
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.entrance import whole
from caseapp.web.session import ctx, needs

room = Blueprint("leaving", __name__)
COUNTED = {
    "seat": N_("Seats of cases, as A"), "deputy": N_("Seats of cases, as B"), "standing": N_("Seats of standing teams"),
    "task": N_("Tasks on cases"), "decision": N_("Decisions of the meeting to carry out"),
    "requests": N_("Requests that wait for a second person"),
}  # fmt: skip


@room.get("/accounts/<username>/leaving")
@needs(may.ACCOUNTS)
def show(username: str) -> str:
    """What would be left, in numbers: who keeps the accounts sees no case. Then the button that does it."""
    context = ctx()
    user = account(context, username)
    post_id = request.args.get("post", type=whole)
    post = next((one for one in posts_on(user, context.today) if one.id == post_id), None)
    if post_id is not None and post is None:
        raise OutOfScope(N_("there is no such post"))
    if user.username == context.actor.username or (post is None and not user.active):
        raise OutOfScope(N_("there is no such page"))
    left = would_leave(context, username, post_id)
    asked = end_of(context, username, post.id) if post else AskedAct("disable", username)
    return render_template(
        "accounts/leaving.html", user=user, post=post, units=context.units, counted=COUNTED, left=left,
        counts=left.counts(username), two=takes_two(context, user, asked),
    )  # fmt: skip
