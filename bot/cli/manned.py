"""Whether those whom the configuration names can do what it names them for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.config import Config


def unmanned(config: Config) -> Iterator[str]:
    """Yield a sentence for each person who is not served, each agency and role that is too few, each glob in vain."""
    yield from _not_served(config)
    yield from _too_few(config)
    yield from _in_vain(config)


def _not_served(config: Config) -> Iterator[str]:
    named = [(f"roles.{role}", user) for role, users in config.roles for user in users]
    named += [(f"agencies.{one.code}.keeper", one.keeper) for one in config.agencies if one.keeper]
    for key, user in named:
        if not config.lists(user):
            server = user.partition(":")[2]
            yield f"{key}: {user} is not served, because access.servers does not name {server}"


def _too_few(config: Config) -> Iterator[str]:
    """Yield where one person has nobody to agree with them: what needs two stands still, and says so only then."""
    for agency in config.agencies:
        leads = [user for user in config.roles.lead if config.agency(user) is agency]
        if len(leads) < 2:
            yield (
                f"agencies.{agency.code}: {_count(leads)} in roles.lead; its records are exported only when a lead"
                " agrees who did not ask, and a first release to an agency takes two"
            )
    deciding = {*config.roles.auditor, *config.roles.admin}
    if len(deciding) < 2:
        yield f"roles: {_count(deciding)} in roles.auditor and roles.admin; a purge takes two"


def _in_vain(config: Config) -> Iterator[str]:
    seen: dict[str, str] = {}
    for agency in config.agencies:
        for glob in agency.members:
            if seen.setdefault(glob, agency.code) != agency.code:
                yield f"agencies.{agency.code}.members: {glob} is in vain, because {seen[glob]} before it has it"


def _count(people: Collection[str]) -> str:
    return "one person" if people else "nobody"
