"""What `check` says of people whom the configuration names, and who cannot do what they are named for."""

from __future__ import annotations

from typing import Any

from bot.cli.manned import unmanned

from ..fakes import configuration

GNR: dict[str, Any] = {
    "code": "PRT-GNR",
    "country": "PT",
    "language": "pt",
    "timezone": "Europe/Lisbon",
    "members": ["@*:gnr.example"],
}
PN: dict[str, Any] = {
    "code": "FRA-PN",
    "country": "FR",
    "language": "fr",
    "timezone": "Europe/Paris",
    "members": ["@*-pn:example.org"],
}
LEADS = ["@ana:gnr.example", "@rui:gnr.example", "@luc-pn:example.org", "@eva-pn:example.org"]
ROLES = {"lead": LEADS, "admin": ["@admin:example.org"], "auditor": ["@vera:example.org"]}


def said(**sections: Any) -> list[str]:
    return list(unmanned(configuration(**{"agencies": [GNR, PN], "roles": ROLES} | sections)))


def test_two_of_each_and_everyone_served_is_enough() -> None:
    assert said() == []


def test_whoever_is_of_a_server_that_is_not_listed_is_named_with_it() -> None:
    [lead, keeper] = said(
        agencies=[GNR, PN | {"keeper": "@eva:pn.example"}], roles=ROLES | {"lead": [*LEADS, "@jo:far.example"]}
    )
    assert lead == "roles.lead: @jo:far.example is not served, because access.servers does not name far.example"
    assert keeper.startswith("agencies.FRA-PN.keeper: @eva:pn.example is not served")


def test_an_agency_with_fewer_than_two_leads_is_told_before_its_first_export() -> None:
    [one] = said(roles=ROLES | {"lead": LEADS[:3]})
    assert one.startswith("agencies.FRA-PN: one person in roles.lead;")
    [none] = said(roles=ROLES | {"lead": LEADS[:2]})
    assert none.startswith("agencies.FRA-PN: nobody in roles.lead;")


def test_a_purge_that_nobody_could_agree_to_is_told() -> None:
    assert said(roles=ROLES | {"auditor": ["@admin:example.org"]}) == [
        "roles: one person in roles.auditor and roles.admin; a purge takes two"
    ]


def test_a_glob_that_another_agency_has_is_told_of_the_later_one() -> None:
    [one] = said(agencies=[GNR, PN | {"members": [*PN["members"], "@*:gnr.example"]}])
    assert one == "agencies.FRA-PN.members: @*:gnr.example is in vain, because PRT-GNR before it has it"
