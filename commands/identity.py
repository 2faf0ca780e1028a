"""`identity`: whether somebody's encryption keys are still theirs, and a second person's word that they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from bot.command import Arg, Ask, Context, ErrorCode, Listing, Reply, Role, UserError, command
from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.identity import Method, PinnedIdentity, fingerprint
from bot.model.person import UserId
from bot.model.rights import only_a_lead

CONFIRM, REFUSE = "confirm", "refuse"


@command("identity show", summary=_("Show the encryption keys that I know of somebody"), changes=False, described=True)
async def show(
    ctx: Context,
    person: Annotated[UserId, Arg(_("Whose keys to show"), anywhere=True)],
) -> Reply:
    """Answer `identity show PERSON`."""
    identity = await ctx.services.identity.find(person)
    if identity is None:
        return Reply(_("I know no encryption identity of {user}.", user=Verbatim(person)))
    if identity.changed:
        said = _("The identity of {user} changed on {moment}; nobody has confirmed it.", user=Verbatim(person),
                 moment=identity.changed_at)  # fmt: skip
    elif identity.confirmed_by:
        said = _confirmed(person, identity.confirmed_by, identity.pinned_at)
    else:
        said = _("The identity of {user} has not changed since {moment}.", user=Verbatim(person),
                 moment=identity.pinned_at)  # fmt: skip
    return Reply(said, *_keys(ctx, identity))


async def confirmed(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to the question whether the keys match."""
    person, key = UserId(data["person"]), str(data["key"])
    await _allowed(ctx, person)
    if "verification" in data:
        return await _compared(ctx, choice, data)
    identity = await ctx.services.identity.find(person)
    changed = identity is not None and identity.changed
    if choice != CONFIRM:
        return Reply(_in_doubt(person) if changed else _("I left it as it was."))
    if not await ctx.services.identity.confirm(person, key, ctx.actor, Method.FINGERPRINT, ctx.now):
        raise UserError(ErrorCode.CONFLICT)
    if changed:
        return Reply(_("Confirmed: {user} is served again.", user=Verbatim(person)))
    return Reply(_confirmed(person, ctx.actor.user_id, ctx.now))


async def _compared(ctx: Context, choice: str, data: Mapping[str, Any]) -> Reply:
    """Answer the answer to the question whether the emoji match."""
    matches = choice == CONFIRM
    await ctx.services.verifying.judge(ctx.actor, ctx.told, data, matches=matches)
    if not matches:
        return Reply(_in_doubt(UserId(data["person"])))
    return Reply(
        _(
            "Thank you. I tell you as soon as the app of {user} has proved that it holds these keys.",
            user=Verbatim(data["person"]),
        )
    )


def _confirmed(person: UserId, by: UserId, at: datetime) -> Message:
    return _("The identity of {user} was confirmed by {by} on {moment}.", user=Verbatim(person), by=Verbatim(by),
             moment=at)  # fmt: skip


def _in_doubt(person: UserId) -> Message:
    return _(
        "Then somebody else may be using the account of {user}. I go on taking no commands from it. Tell its"
        " administrator, and tell {user} by another way than this.",
        user=Verbatim(person),
    )


@command(
    "identity confirm",
    summary=_("Confirm somebody's new encryption keys after comparing them in person"),
    answered=confirmed,
)
async def confirm(
    ctx: Context,
    person: Annotated[UserId, Arg(_("Whose keys you have compared"), anywhere=True)],
) -> Reply:
    """Answer `identity confirm PERSON`: with the keys, and the question whether they match."""
    await _allowed(ctx, person)
    identity = await ctx.services.identity.find(person)
    if identity is None or (identity.confirmed_by and not identity.changed):
        raise UserError(
            ErrorCode.CONFLICT, _("The identity of {user} is not in doubt. Nothing to confirm.", user=Verbatim(person))
        )
    ask = Ask(
        "identity confirm",
        (
            (CONFIRM, _c("choice", "Yes, every character is the same")),
            (REFUSE, _c("choice", "No, or I have not compared them in person")),
        ),
        {"person": person, "key": identity.changed_to or identity.master_key},
        _("Are the keys above the same as on the device, compared in person?"),
    )
    return Reply(
        _("{user} uses these keys now. Compare them with the ones on the device.", user=Verbatim(person)),
        *_keys(ctx, identity),
        ask=ask,
    )


async def _allowed(ctx: Context, person: UserId) -> None:
    """Raise UserError unless the one who asks is a second person who may vouch for *person*."""
    if person == ctx.actor.user_id:
        raise UserError(ErrorCode.NOT_ALLOWED, _("Nobody can confirm their own keys. Ask a colleague."))
    other = await ctx.services.person.actor(person, ctx.room)
    colleague = ctx.actor.agency is not None and ctx.actor.agency == other.agency
    if not colleague and not any(map(ctx.actor.may, (Role.LEAD, Role.COORDINATOR, Role.ADMIN))):
        raise only_a_lead(
            ctx.actor,
            _("Only a colleague of the same agency, a lead, a coordinator or an administrator may confirm keys."),
        )


def _keys(ctx: Context, identity: PinnedIdentity) -> tuple[Message | Listing, ...]:
    """Return the keys as a person compares them: of the identity, and of each device that it has signed."""
    present = identity.changed_to or identity.master_key
    lines = [_("Identity: {key}", key=Code(fingerprint(present)))]
    for device in ctx.services.identity.devices(identity.user_id):
        lines.append(_("Session {device}: {key}", device=Verbatim(device.device_id), key=Code(fingerprint(device.key))))
    where = _("In Element the key of a session is in the settings, under Sessions or Encryption.")
    return Listing(tuple(lines)), where
