// A calendar on ical.js that speaks JSON lines, by the protocol of tests/calendars/reader.py. It shares no code with
// the bot, and knows no zone but those that the file describes.

import { createInterface } from "node:readline";
import ICAL from "ical.js";

const DAY = 24 * 3600;
const MARGIN = 60 * DAY; // how far an occurrence may have been moved

const seconds = (time) => time.toUnixTime();
const iso = (time) => new Date(seconds(time) * 1000).toISOString().replace(".000Z", "+00:00");

/** Tells one occurrence; `event` is what stands in the file for it. */
function told(event, startDate, endDate) {
    for (const time of [startDate, endDate]) {
        if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`of no zone: ${time}`);
    }
    const alarms = event.component.getAllSubcomponents("valarm");
    return {
        uid: event.uid,
        begins: iso(startDate),
        seconds: seconds(endDate) - seconds(startDate),
        status: event.component.getFirstPropertyValue("status"),
        summary: event.summary,
        alarms: alarms.map((one) => one.getFirstPropertyValue("trigger").toSeconds()).sort((a, b) => a - b),
    };
}

/** Yields every occurrence of the file up to a moment. */
function* occurrences(calendar, until) {
    for (const component of calendar.getAllSubcomponents("vevent")) {
        const event = new ICAL.Event(component, { strictExceptions: true });
        if (event.isRecurrenceException()) continue;
        if (!event.isRecurring()) {
            yield told(event, event.startDate, event.endDate);
            continue;
        }
        const times = event.iterator();
        for (let time = times.next(); time && seconds(time) < until + MARGIN; time = times.next()) {
            const { item, startDate, endDate } = event.getOccurrenceDetails(time);
            yield told(item, startDate, endDate);
        }
    }
}

function read({ data, since, until }) {
    const calendar = new ICAL.Component(ICAL.parse(data));
    const [first, last] = [since, until].map((moment) => Date.parse(moment) / 1000);
    const found = [...occurrences(calendar, last)];
    return {
        method: calendar.getFirstPropertyValue("method"),
        zones: calendar.getAllSubcomponents("vtimezone").map((one) => one.getFirstPropertyValue("tzid")),
        sequences: calendar.getAllSubcomponents("vevent").map((one) => one.getFirstPropertyValue("sequence")),
        found: found.filter(({ begins }) => first <= Date.parse(begins) / 1000 && Date.parse(begins) / 1000 < last),
    };
}

for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
        answer = read(JSON.parse(line));
    } catch (error) {
        answer = { error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
