"""Every command: one module a noun, and the one table of them all."""

from __future__ import annotations

from bot.command import Command
from commands.about import about
from commands.ack import ack
from commands.audit import checkpoint, cosign
from commands.audit import status as audit_status
from commands.briefing.agenda import agenda
from commands.briefing.attend import attend
from commands.briefing.busy import busy
from commands.briefing.change import cancel as cancel_briefing
from commands.briefing.change import move as move_briefing
from commands.briefing.change import skip as skip_briefing
from commands.briefing.minutes import minutes
from commands.briefing.poll import poll
from commands.briefing.rsvp import rsvp
from commands.briefing.schedule import schedule
from commands.briefing.show import before as before_briefing
from commands.briefing.show import ics, list_briefings
from commands.briefing.show import show as show_briefing
from commands.checkin import check_in, check_out, list_in
from commands.checkin import say as say_status
from commands.digest import daily as daily_digest
from commands.digest import now as digest_now
from commands.digest import off as digest_off
from commands.digest import shift as shift_digest
from commands.exercise import start as start_exercise
from commands.exercise import stop as stop_exercise
from commands.genuine import genuine
from commands.handover.answer import accept, item, refuse
from commands.handover.change import break_gate, clear, pass_on
from commands.handover.readback import readback
from commands.handover.show import history, kept, statistics
from commands.handover.show import show as show_handover
from commands.handover.start import note as note_handover
from commands.handover.start import ready
from commands.handover.start import start as start_handover
from commands.help import show_help
from commands.hold import hold, lift, list_holds
from commands.hold import show as show_held
from commands.identity import confirm, show
from commands.incident.assign import assign
from commands.incident.change import close, lead, note, reopen, severity, validate
from commands.incident.change import status as incident_status
from commands.incident.checklist import checklist
from commands.incident.decide import decide
from commands.incident.declare import declare
from commands.incident.export import export as export_incident
from commands.incident.find import find
from commands.incident.pin import pin
from commands.incident.place import place
from commands.incident.relate import duplicate, link, parent
from commands.incident.show import list_open, timeline
from commands.incident.show import show as show_incident
from commands.incident.undo import undo
from commands.language import language
from commands.lost import lift_lost, lost
from commands.mark import mark
from commands.mine import mine
from commands.patrol import agree as agree_patrol
from commands.patrol import cancel as cancel_patrol
from commands.patrol import crew, interpreter, list_patrols
from commands.patrol import plan as plan_patrol
from commands.patrol import show as show_patrol
from commands.privacy import privacy
from commands.purge import leave as agency_leaves
from commands.purge import purge
from commands.purpose import purpose
from commands.recall import recall
from commands.release import release
from commands.remind import cancel as cancel_reminder
from commands.remind import list_reminders, snooze
from commands.remind import me as remind_me
from commands.remind import room as remind_room
from commands.report import can, methane, nine_line, salute, sitrep, spot
from commands.report import show as show_report
from commands.review import action as review_action
from commands.review import comment as review_comment
from commands.review import publish as review_publish
from commands.review import review
from commands.room import companion
from commands.room import show as show_room
from commands.room import use as use_room
from commands.say import say
from commands.shift.calendar import export_roster, import_roster
from commands.shift.change import absent, override
from commands.shift.change import take as take_shift
from commands.shift.coverage import coverage
from commands.shift.log import card as shift_card
from commands.shift.log import log as shift_log
from commands.shift.post import add_post, on_call
from commands.shift.presence import end as end_shift
from commands.shift.presence import start as start_shift
from commands.shift.roster import roster
from commands.shift.swap import swap
from commands.sir import sir
from commands.status import status
from commands.task import add as add_task
from commands.task import assign as assign_task
from commands.task import done, due, list_tasks, take
from commands.term import add, approve, export, import_terms, list_terms, remove
from commands.timezone import timezone
from commands.translate.ask import translate
from commands.translate.check import check
from commands.translate.fix import fix, restore
from commands.translate.mode import mode
from commands.translate.switch import off, on, pause
from commands.translate.switch import status as translate_status

COMMANDS: tuple[Command, ...] = (
    show_help,
    about,
    status,
    privacy,
    language,
    timezone,
    translate,
    on,
    off,
    pause,
    translate_status,
    mode,
    show_room,
    use_room,
    companion,
    say,
    fix,
    restore,
    check,
    add,
    list_terms,
    approve,
    remove,
    import_terms,
    export,
    declare,
    list_open,
    find,
    show_incident,
    timeline,
    note,
    pin,
    undo,
    assign,
    severity,
    incident_status,
    lead,
    place,
    validate,
    close,
    reopen,
    link,
    parent,
    duplicate,
    checklist,
    add_task,
    list_tasks,
    take,
    assign_task,
    due,
    done,
    ack,
    digest_now,
    daily_digest,
    shift_digest,
    digest_off,
    remind_me,
    remind_room,
    list_reminders,
    snooze,
    cancel_reminder,
    methane,
    salute,
    sitrep,
    can,
    nine_line,
    spot,
    show_report,
    decide,
    export_incident,
    add_post,
    on_call,
    roster,
    override,
    absent,
    take_shift,
    swap,
    start_shift,
    end_shift,
    coverage,
    import_roster,
    export_roster,
    shift_log,
    shift_card,
    check_in,
    say_status,
    check_out,
    list_in,
    plan_patrol,
    list_patrols,
    show_patrol,
    crew,
    interpreter,
    agree_patrol,
    cancel_patrol,
    start_handover,
    note_handover,
    ready,
    item,
    readback,
    accept,
    refuse,
    show_handover,
    kept,
    clear,
    history,
    statistics,
    pass_on,
    break_gate,
    schedule,
    list_briefings,
    show_briefing,
    move_briefing,
    skip_briefing,
    cancel_briefing,
    ics,
    before_briefing,
    rsvp,
    poll,
    busy,
    agenda,
    attend,
    minutes,
    sir,
    start_exercise,
    stop_exercise,
    mark,
    purpose,
    recall,
    review,
    review_comment,
    review_action,
    review_publish,
    release,
    genuine,
    show,
    confirm,
    lost,
    lift_lost,
    audit_status,
    checkpoint,
    cosign,
    hold,
    list_holds,
    show_held,
    lift,
    purge,
    agency_leaves,
    mine,
)
"""All commands, in the order in which help lists them."""
