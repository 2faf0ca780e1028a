"""The schema, as an append-only list of single statements; `PRAGMA user_version` counts how many were run."""

MIGRATIONS: tuple[str, ...] = (
    # What the bot is on the homeserver: sync token, device, access token, cross-signing seeds.
    "CREATE TABLE account (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # Raw events as the homeserver gave them, emptied once they are done; the id stays, for ever once.
    """CREATE TABLE inbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id TEXT NOT NULL UNIQUE,
        room_id TEXT NOT NULL,
        raw TEXT NOT NULL,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'waiting', 'done')),
        session_id TEXT,
        outcome TEXT
    ) STRICT""",
    "CREATE INDEX inbox_open ON inbox (state, room_id, position) WHERE state != 'done'",
    # A megolm message belongs to one event id: the same ciphertext under another id is a replay.
    """CREATE TABLE decryption (
        sender_key TEXT NOT NULL,
        session_id TEXT NOT NULL,
        message_index INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        PRIMARY KEY (sender_key, session_id, message_index)
    ) STRICT, WITHOUT ROWID""",
    # What is to be sent, in no language yet. The id is the Matrix transaction id.
    """CREATE TABLE outbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        room_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        cause TEXT NOT NULL,
        payload TEXT NOT NULL,
        created_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
        sent_at TEXT,
        event_id TEXT,
        failure TEXT
    ) STRICT""",
    "CREATE INDEX outbox_open ON outbox (room_id, position) WHERE state = 'waiting'",
    """CREATE TABLE person (
        user_id TEXT PRIMARY KEY,
        language TEXT,
        zone TEXT,
        also_reads TEXT NOT NULL DEFAULT '[]',
        updated_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # One machine translation of one event into one language, with how it came about.
    """CREATE TABLE translation (
        event_id TEXT NOT NULL,
        target TEXT NOT NULL,
        source TEXT NOT NULL,
        text TEXT NOT NULL,
        route TEXT NOT NULL,
        engine TEXT NOT NULL,
        flags TEXT NOT NULL,
        protected TEXT NOT NULL,
        made_at TEXT NOT NULL,
        PRIMARY KEY (event_id, target)
    ) STRICT, WITHOUT ROWID""",
    # What came more than a few minutes after it was sent, or was left lying: it goes behind what is said now.
    "ALTER TABLE inbox ADD COLUMN late INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX inbox_room ON inbox (room_id, position)",
    "CREATE INDEX outbox_event ON outbox (event_id) WHERE event_id IS NOT NULL",
    # The first cross-signing master key of each person, and the one that the homeserver shows now if it is another.
    """CREATE TABLE identity (
        user_id TEXT PRIMARY KEY,
        master_key TEXT NOT NULL,
        pinned_at TEXT NOT NULL,
        changed_to TEXT,
        changed_at TEXT,
        confirmed_by TEXT
    ) STRICT, WITHOUT ROWID""",
    # What the bot asked somebody, answered by a reply with one digit. `post` is the outbox row that asked.
    """CREATE TABLE question (
        id INTEGER PRIMARY KEY,
        room_id TEXT NOT NULL,
        asked TEXT NOT NULL,
        subject TEXT NOT NULL,
        post TEXT NOT NULL UNIQUE,
        choices TEXT NOT NULL,
        data TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        outcome TEXT
    ) STRICT""",
    "CREATE INDEX question_open ON question (asked) WHERE outcome IS NULL",
    # What was said once and need not be said again.
    """CREATE TABLE notice (
        room_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        given_at TEXT NOT NULL,
        PRIMARY KEY (room_id, kind, subject)
    ) STRICT, WITHOUT ROWID""",
    # Numbers and units that only the original or only the translation has.
    "ALTER TABLE translation ADD COLUMN differs TEXT NOT NULL DEFAULT '[]'",
    # Whose each message was, and the event whose text is translated now: an edit of it, or it itself.
    """CREATE TABLE original (
        event_id TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        sender TEXT NOT NULL,
        trusted INTEGER NOT NULL,
        revision TEXT NOT NULL,
        edit TEXT,
        said_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Which of our posts, an outbox row each, holds the translation of which message.
    """CREATE TABLE holding (
        source TEXT NOT NULL,
        post TEXT NOT NULL,
        PRIMARY KEY (source, post)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX holding_post ON holding (post)",
    "CREATE INDEX original_revision ON original (revision) WHERE edit IS NOT NULL",
    # What a room has chosen: where its translations appear, whether there are any, and from when on again.
    """CREATE TABLE room (
        room_id TEXT PRIMARY KEY,
        mode TEXT NOT NULL,
        translated INTEGER NOT NULL,
        paused_until TEXT,
        updated_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Who asked for which message in which language, and by which event: a reaction, or a command.
    """CREATE TABLE wish (
        by TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        asker TEXT NOT NULL,
        asked_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX wish_source ON wish (source)",
    # The language of a post that was asked for; none of one that the bot made by itself.
    "ALTER TABLE holding ADD COLUMN target TEXT",
    # Whether a person's language is a reason to translate.
    "ALTER TABLE person ADD COLUMN translated INTEGER NOT NULL DEFAULT 1",
    # What things are called: only proposed while `since` is empty; of the versions from `since` on, before `until`.
    """CREATE TABLE term (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_language TEXT NOT NULL,
        target_language TEXT NOT NULL,
        key TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT,
        forbidden TEXT NOT NULL,
        author TEXT NOT NULL,
        agency TEXT,
        proposed_at TEXT NOT NULL,
        approved_by TEXT,
        since INTEGER,
        until INTEGER
    ) STRICT""",
    "CREATE INDEX term_now ON term (source_language, target_language, key) WHERE until IS NULL",
    # Every version of the glossary, told apart by the hash of its approved terms.
    """CREATE TABLE glossary (
        version INTEGER PRIMARY KEY,
        hash TEXT NOT NULL,
        terms INTEGER NOT NULL,
        changed_by TEXT NOT NULL,
        changed_at TEXT NOT NULL
    ) STRICT""",
    # Files that are to be posted, by the outbox row that posts each, until they are; and where one lies encrypted.
    """CREATE TABLE file (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        data BLOB NOT NULL,
        uploaded TEXT
    ) STRICT""",
    # How each message is to be handled, as the labels are written, and whose word that is.
    "ALTER TABLE original ADD COLUMN handling TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE original ADD COLUMN handled_by TEXT NOT NULL DEFAULT ''",
    # What a text was that is kept no longer than sending takes: a digest, from when it is to go.
    "ALTER TABLE translation ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX translation_passing ON translation (event_id) WHERE digest != '' AND text != ''",
    # Rooms that are linked, each with its language: what is said in one is read in the others of its circle.
    """CREATE TABLE companion (
        room_id TEXT PRIMARY KEY,
        circle TEXT NOT NULL,
        language TEXT NOT NULL,
        linked_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Rooms that are to be linked once a lead of each has agreed; languages, members and who agreed are by room.
    """CREATE TABLE proposal (
        id TEXT PRIMARY KEY,
        asked_in TEXT NOT NULL,
        languages TEXT NOT NULL,
        members TEXT NOT NULL,
        agreed TEXT NOT NULL,
        made_at TEXT NOT NULL,
        outcome TEXT
    ) STRICT, WITHOUT ROWID""",
    # The room that the bot opened for a person; none where it could not.
    """CREATE TABLE direct (
        user_id TEXT PRIMARY KEY,
        room_id TEXT,
        opened_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # A translation with its lists, links and bold; empty where it is only lines.
    "ALTER TABLE translation ADD COLUMN html TEXT NOT NULL DEFAULT ''",
    # Voice messages, and the reply that says what was heard in each.
    """CREATE TABLE voice (
        event_id TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        sender TEXT NOT NULL,
        transcript TEXT UNIQUE,
        said_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What made each translation, so that it can be made again: models by their digests, versions, settings, glossary.
    "ALTER TABLE translation ADD COLUMN provenance TEXT NOT NULL DEFAULT '{}'",
    # Who corrected a translation, and what the engine had made.
    "ALTER TABLE translation ADD COLUMN correction TEXT",
    # Translations of segments, under a hash of the segment and of all that its words depend on. `used` counts up.
    """CREATE TABLE memory (
        key TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        used INTEGER NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX memory_used ON memory (used)",
    # Which messages each of them comes from: it goes with the last of these.
    """CREATE TABLE memory_source (
        key TEXT NOT NULL,
        event_id TEXT NOT NULL,
        PRIMARY KEY (key, event_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX memory_source_event ON memory_source (event_id)",
    # What people put in place of a machine's translation; `key` is a hash of the whole text, empty if it serves
    # that message alone, `text` has protected tokens in slots. Without `approved_by` it serves its own room.
    """CREATE TABLE correction (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        room_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        command TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        text TEXT NOT NULL,
        author TEXT NOT NULL,
        agency TEXT,
        approved_by TEXT,
        made_at TEXT NOT NULL,
        UNIQUE (event_id, target)
    ) STRICT""",
    "CREATE INDEX correction_key ON correction (key)",
    "CREATE INDEX correction_command ON correction (command)",
    # The language that a person's messages taught, and those of the last messages; never a word of them.
    "ALTER TABLE person ADD COLUMN learned TEXT",
    "ALTER TABLE person ADD COLUMN heard TEXT NOT NULL DEFAULT '[]'",
    # Which translations repeat a correction of the same words in another message.
    """CREATE INDEX translation_repeats ON translation (json_extract(correction, '$.repeats'))
    WHERE correction IS NOT NULL""",
    # What changes which post, and which of these put corrected words into it.
    """CREATE INDEX outbox_post ON outbox (json_extract(payload, '$.post'))
    WHERE json_extract(payload, '$.post') IS NOT NULL""",
    """CREATE INDEX outbox_corrected ON outbox (cause)
    WHERE json_extract(payload, '$.corrected') IS NOT NULL""",
    # The audit log: envelopes and their leaves. Entries are numbered from 0 without a gap and never change again.
    """CREATE TABLE audit_entry (
        position INTEGER PRIMARY KEY,
        envelope BLOB NOT NULL,
        leaf BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
        WHEN NEW.position != (SELECT coalesce(max(position) + 1, 0) FROM audit_entry)
        BEGIN SELECT RAISE(ABORT, 'an audit entry stands after the last one'); END""",
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    # What each entry is about, with the salt of its digest: a purge deletes it, and the entry stays.
    """CREATE TABLE audit_content (
        position INTEGER PRIMARY KEY REFERENCES audit_entry,
        salt BLOB NOT NULL,
        content BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER audit_content_no_update BEFORE UPDATE ON audit_content
        BEGIN SELECT RAISE(ABORT, 'the content of an audit entry can only be deleted'); END""",
    # The hashes of full subtrees, by their level (1 is above two leaves) and their place in it.
    """CREATE TABLE audit_node (
        level INTEGER NOT NULL,
        place INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (level, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER audit_node_no_update BEFORE UPDATE ON audit_node
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    # Signed checkpoints, as they were cut.
    """CREATE TABLE audit_checkpoint (
        size INTEGER PRIMARY KEY,
        root BLOB NOT NULL,
        note TEXT NOT NULL,
        cut_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    # The one key that signs them, and the name of the log that it was made for.
    """CREATE TABLE audit_key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        name TEXT NOT NULL,
        seed BLOB NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER audit_key_no_update BEFORE UPDATE ON audit_key
        BEGIN SELECT RAISE(ABORT, 'the key of the audit log is never replaced'); END""",
    """CREATE TRIGGER audit_key_no_delete BEFORE DELETE ON audit_key
        BEGIN SELECT RAISE(ABORT, 'the key of the audit log is never replaced'); END""",
    # Who stands in the audit log under which name: deleting the row leaves a name that means nobody.
    """CREATE TABLE pseudonym (
        user_id TEXT PRIMARY KEY,
        pseudonym TEXT NOT NULL UNIQUE
    ) STRICT, WITHOUT ROWID""",
    # Incidents as they stand now. `place` and `validation` are lists in JSON.
    """CREATE TABLE incident (
        ref TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        room_id TEXT NOT NULL,
        declared_by TEXT NOT NULL,
        agency TEXT,
        declared_at TEXT NOT NULL,
        happened_at TEXT,
        type TEXT,
        severity TEXT,
        status TEXT NOT NULL,
        reason TEXT,
        place TEXT,
        lead TEXT,
        validation TEXT,
        "of" TEXT,
        handling TEXT NOT NULL,
        revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX incident_room ON incident (room_id, status, declared_at)",
    "CREATE INDEX incident_declared ON incident (declared_by, declared_at)",
    # Their timelines: nothing is changed there, and nothing deleted but with its incident.
    """CREATE TABLE entry (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        author TEXT NOT NULL,
        agency TEXT,
        entered_at TEXT NOT NULL,
        received_at TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        event_id TEXT NOT NULL,
        happened_at TEXT,
        text TEXT NOT NULL,
        language TEXT,
        data TEXT NOT NULL,
        corrects INTEGER,
        PRIMARY KEY (ref, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TRIGGER entry_kept BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'an entry is never changed'); END",
    # What people wrote in an entry, in other languages.
    """CREATE TABLE wording (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        target TEXT NOT NULL,
        text TEXT NOT NULL,
        route TEXT NOT NULL,
        engine TEXT NOT NULL,
        flags TEXT NOT NULL,
        provenance TEXT NOT NULL,
        PRIMARY KEY (ref, number, target)
    ) STRICT, WITHOUT ROWID""",
    # The outbox row that posts an incident's card in a room.
    """CREATE TABLE card (
        ref TEXT NOT NULL,
        room_id TEXT NOT NULL,
        post TEXT NOT NULL,
        PRIMARY KEY (ref, room_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX card_post ON card (post)",
    # What is to be done at a moment, once; what was done stays for a while.
    """CREATE TABLE due (
        kind TEXT NOT NULL,
        ref TEXT NOT NULL,
        at TEXT NOT NULL,
        payload TEXT NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (kind, ref)
    ) STRICT, WITHOUT ROWID""",
    # Every entry of a timeline settles what was asked about it.
    "CREATE INDEX question_subject ON question (subject, data) WHERE outcome IS NULL",
    "CREATE INDEX due_waiting ON due (at) WHERE state = 'waiting'",
    # What somebody is to do about an incident; what that is, is said in the entry that made it.
    """CREATE TABLE task (
        ref TEXT NOT NULL PRIMARY KEY,
        incident TEXT NOT NULL,
        number INTEGER NOT NULL,
        added_by TEXT NOT NULL,
        agency TEXT,
        added_at TEXT NOT NULL,
        owner TEXT,
        due TEXT,
        done_by TEXT,
        done_at TEXT,
        revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX task_incident ON task (incident, number)",
    # Reports, each revision by itself and never changed. `data` are the values of their fields, by code.
    """CREATE TABLE report (
        ref TEXT NOT NULL,
        revision INTEGER NOT NULL,
        template TEXT NOT NULL,
        incident TEXT,
        room_id TEXT NOT NULL,
        author TEXT NOT NULL,
        agency TEXT,
        made_at TEXT NOT NULL,
        event_id TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (ref, revision)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX report_incident ON report (incident, template)",
    "CREATE TRIGGER report_kept BEFORE UPDATE ON report BEGIN SELECT raise(ABORT, 'a report is never changed'); END",
    # Those that are being given, field by field, or were left half given.
    """CREATE TABLE report_draft (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        ref TEXT NOT NULL,
        template TEXT NOT NULL,
        incident TEXT,
        room_id TEXT NOT NULL,
        author TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        data TEXT NOT NULL,
        passed TEXT NOT NULL,
        whole INTEGER NOT NULL,
        asking INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX report_draft_author ON report_draft (author)",
    # What is written in reports, in other languages, under a digest of the text and its field.
    """CREATE TABLE report_wording (
        ref TEXT NOT NULL,
        digest TEXT NOT NULL,
        target TEXT NOT NULL,
        text TEXT NOT NULL,
        source TEXT NOT NULL,
        route TEXT NOT NULL,
        engine TEXT NOT NULL,
        flags TEXT NOT NULL,
        PRIMARY KEY (ref, digest, target)
    ) STRICT, WITHOUT ROWID""",
    # Whether a question is answered by words as well.
    "ALTER TABLE question ADD COLUMN free INTEGER NOT NULL DEFAULT 0",
    # Which entry of the audit log records an entry; and of one that is taken back the words go, and nothing else.
    "ALTER TABLE entry ADD COLUMN logged INTEGER",
    "DROP TRIGGER entry_kept",
    """CREATE TRIGGER entry_kept BEFORE UPDATE ON entry
        WHEN NEW.text != '' OR (NEW.ref, NEW.number, NEW.kind, NEW.author, NEW.agency, NEW.entered_at, NEW.received_at,
            NEW.sent_at, NEW.event_id, NEW.happened_at, NEW.language, NEW.data, NEW.corrects, NEW.logged)
            IS NOT (OLD.ref, OLD.number, OLD.kind, OLD.author, OLD.agency, OLD.entered_at, OLD.received_at,
            OLD.sent_at, OLD.event_id, OLD.happened_at, OLD.language, OLD.data, OLD.corrects, OLD.logged)
        BEGIN SELECT raise(ABORT, 'an entry is never changed'); END""",
    "CREATE INDEX entry_event ON entry (event_id)",
    # Which messages stand on a timeline by a pin that was not withdrawn, and by which reaction or command.
    """CREATE TABLE pin (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        source TEXT NOT NULL,
        cause TEXT NOT NULL,
        PRIMARY KEY (ref, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX pin_source ON pin (source)",
    "CREATE INDEX pin_cause ON pin (cause)",
    # Who has which part in an incident: lists in JSON.
    "ALTER TABLE incident ADD COLUMN roles TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX entry_author ON entry (author, entered_at)",
    # Who was there when a card was posted, and can read it.
    "ALTER TABLE card ADD COLUMN readers TEXT NOT NULL DEFAULT '[]'",
    # Whether it is pinned, as far as the bot may.
    "ALTER TABLE card ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
    # Where and when an incident is, for indices: `band` counts tenths of a degree from the south pole.
    "ALTER TABLE incident ADD COLUMN latitude REAL",
    "ALTER TABLE incident ADD COLUMN longitude REAL",
    "ALTER TABLE incident ADD COLUMN band INTEGER",
    """ALTER TABLE incident ADD COLUMN moment TEXT
        GENERATED ALWAYS AS (coalesce(happened_at, declared_at)) VIRTUAL""",
    "CREATE INDEX incident_place ON incident (room_id, band, longitude, latitude)",
    "CREATE INDEX incident_moment ON incident (room_id, moment)",
    "CREATE INDEX incident_newest ON incident (room_id, declared_at, type, severity, status, agency)",
    # What a search asks of an incident, room by room: in a file of many, rows of the table lie far apart.
    """CREATE INDEX incident_asked ON incident (
        room_id, ref, type, severity, status, agency, declared_at, band, latitude, longitude
    )""",
    # The words of each entry, in every language that it is known in; `room` begins those of one room in the index.
    """CREATE TABLE searched (
        id INTEGER PRIMARY KEY,
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        room TEXT NOT NULL,
        words TEXT NOT NULL,
        UNIQUE (ref, number)
    ) STRICT""",
    "CREATE INDEX searched_room ON searched (room, id, ref, number)",
    "CREATE VIEW searchable AS SELECT id, replace(' ' || words, ' ', ' ' || room) AS words FROM searched",
    """CREATE VIRTUAL TABLE found USING fts5 (
        words, content = 'searchable', content_rowid = 'id', detail = 'none', columnsize = 0, tokenize = 'ascii'
    )""",
    # What is taken out of the index is not in the file any more.
    "INSERT INTO found (found, rank) VALUES ('secure-delete', 1)",
    """CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN
        INSERT INTO found (rowid, words) VALUES (NEW.id, replace(' ' || NEW.words, ' ', ' ' || NEW.room));
    END""",
    """CREATE TRIGGER searched_changed AFTER UPDATE OF words ON searched BEGIN
        INSERT INTO found (found, rowid, words)
            VALUES ('delete', OLD.id, replace(' ' || OLD.words, ' ', ' ' || OLD.room));
        INSERT INTO found (rowid, words) VALUES (NEW.id, replace(' ' || NEW.words, ' ', ' ' || NEW.room));
    END""",
    """CREATE TRIGGER searched_deleted AFTER DELETE ON searched BEGIN
        INSERT INTO found (found, rowid, words)
            VALUES ('delete', OLD.id, replace(' ' || OLD.words, ' ', ' ' || OLD.room));
    END""",
    # Words that are taken back, and those of entries that are gone, are found no more, whoever deletes them.
    """CREATE TRIGGER entry_worded AFTER UPDATE OF text ON entry WHEN NEW.text = ''
        BEGIN DELETE FROM searched WHERE ref = OLD.ref AND number = OLD.number; END""",
    """CREATE TRIGGER entry_gone AFTER DELETE ON entry
        BEGIN DELETE FROM searched WHERE ref = OLD.ref AND number = OLD.number; END""",
    # Incidents that have to do with one another: a row for each way.
    """CREATE TABLE link (
        ref TEXT NOT NULL,
        other TEXT NOT NULL,
        PRIMARY KEY (ref, other)
    ) STRICT, WITHOUT ROWID""",
    'CREATE INDEX incident_of ON incident ("of") WHERE "of" IS NOT NULL',
    # Reports that are sealed for their readers, until these have them; whoever wrote them stands nowhere.
    """CREATE TABLE sealed (
        ref TEXT PRIMARY KEY,
        data BLOB,
        sealed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sealed_for (
        ref TEXT NOT NULL,
        reader TEXT NOT NULL,
        post TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        PRIMARY KEY (ref, reader)
    ) STRICT, WITHOUT ROWID""",
    # Exercises in rooms, and which incidents belong to one.
    """CREATE TABLE exercise (
        id INTEGER PRIMARY KEY,
        room_id TEXT NOT NULL,
        title TEXT NOT NULL,
        started_by TEXT NOT NULL,
        started_at TEXT NOT NULL,
        until TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    "CREATE UNIQUE INDEX exercise_running ON exercise (room_id) WHERE ended_at IS NULL",
    "ALTER TABLE incident ADD COLUMN exercise INTEGER NOT NULL DEFAULT 0",
    # How a record is marked by its originator, and by others until that one has decided: each a mark in JSON.
    """CREATE TABLE mark (
        ref TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        others TEXT NOT NULL,
        decided INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Which agencies have a record by its originator's word: by how it is marked, or by a release, perhaps until a time.
    """CREATE TABLE granted (
        ref TEXT NOT NULL,
        agency TEXT NOT NULL,
        source TEXT NOT NULL,
        until TEXT,
        PRIMARY KEY (ref, agency, source)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX granted_agency ON granted (agency, source)",
    # Who has asked that an agency may have a record, and who has agreed (user ids in JSON).
    """CREATE TABLE release (
        id TEXT PRIMARY KEY,
        ref TEXT NOT NULL,
        agency TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        room_id TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        until TEXT,
        first INTEGER NOT NULL,
        agreed TEXT NOT NULL,
        outcome TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX release_open ON release (ref, agency) WHERE outcome IS NULL",
    "CREATE INDEX report_draft_ref ON report_draft (ref)",
    "CREATE INDEX task_open ON task (incident, number) WHERE done_at IS NULL",
    # Entries that mark what other entries hold, and messages that stand in entries of other events.
    "CREATE INDEX entry_marked ON entry (ref, number) WHERE kind = 'marked' AND corrects IS NOT NULL",
    # Of a report whose message is taken back the texts go, and nothing else.
    "ALTER TABLE report ADD COLUMN logged INTEGER",
    "CREATE INDEX report_event ON report (event_id)",
    "DROP TRIGGER report_kept",
    """CREATE TRIGGER report_kept BEFORE UPDATE ON report
        WHEN NEW.ref != OLD.ref OR NEW.revision != OLD.revision OR NEW.template != OLD.template
        OR NEW.incident IS NOT OLD.incident OR NEW.room_id != OLD.room_id OR NEW.author != OLD.author
        OR NEW.agency IS NOT OLD.agency OR NEW.made_at != OLD.made_at OR NEW.event_id != OLD.event_id
        OR NEW.logged IS NOT OLD.logged
        OR (SELECT count(*) FROM json_each(NEW.data)) != (SELECT count(*) FROM json_each(OLD.data))
        OR EXISTS (SELECT 1 FROM json_each(NEW.data) n LEFT JOIN json_each(OLD.data) o ON o.key = n.key
            WHERE n.value IS NOT o.value AND (n.value ->> '$.meant' != '' OR n.value ->> '$.typed' != ''
            OR o.value ->> '$.language' IS NULL))
        BEGIN SELECT raise(ABORT, 'a report is never changed'); END""",
    """CREATE INDEX entry_source ON entry (coalesce(data ->> '$.event', data ->> '$.from'))
        WHERE kind IN ('pin', 'declared')""",
    # A page of the index with its overhead in a page of the file: what SQLCipher adds to each would split it in two.
    "INSERT INTO found (found, rank) VALUES ('pgsz', 3970)",
    # Posts that somebody always answers for, and what their rosters are made of.
    """CREATE TABLE duty_post (
        name TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        zone TEXT NOT NULL,
        agency TEXT,
        added_by TEXT NOT NULL,
        added_at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE rotation (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        post TEXT NOT NULL,
        agency TEXT,
        people TEXT NOT NULL,
        start TEXT NOT NULL,
        zone TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        rule TEXT NOT NULL,
        turn INTEGER NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        ended TEXT
    ) STRICT""",
    """CREATE TABLE override (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        post TEXT NOT NULL,
        person TEXT,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    "CREATE INDEX override_until ON override (until) WHERE ended_at IS NULL",
    """CREATE TABLE absence (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        person TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    "CREATE INDEX absence_until ON absence (until) WHERE ended_at IS NULL",
    # Who answers for a post: each watch lasts until the next of that post begins.
    """CREATE TABLE watch (
        post TEXT NOT NULL,
        number INTEGER NOT NULL,
        person TEXT NOT NULL,
        since TEXT NOT NULL,
        handover TEXT,
        PRIMARY KEY (post, number)
    ) STRICT, WITHOUT ROWID""",
    # Two people change shifts with each other, and who has come to a post.
    """CREATE TABLE swap (
        ref TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        asked TEXT NOT NULL,
        own TEXT NOT NULL,
        theirs TEXT NOT NULL,
        at TEXT NOT NULL,
        ends TEXT NOT NULL,
        state TEXT NOT NULL,
        approved TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE presence (
        post TEXT NOT NULL,
        person TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT,
        PRIMARY KEY (post, person, since)
    ) STRICT, WITHOUT ROWID""",
    # Handovers of posts: one at a time each, and as they were once they are accepted.
    """CREATE TABLE handover (
        ref TEXT PRIMARY KEY,
        post TEXT NOT NULL,
        room_id TEXT NOT NULL,
        outgoing TEXT NOT NULL,
        incoming TEXT NOT NULL,
        state TEXT NOT NULL,
        risk TEXT NOT NULL,
        started_at TEXT NOT NULL,
        expected TEXT,
        ready_at TEXT,
        ended_at TEXT,
        revision INTEGER NOT NULL,
        digest TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX handover_open ON handover (post) WHERE state IN ('draft', 'ready', 'waiting')",
    "CREATE INDEX handover_room ON handover (room_id, started_at)",
    """CREATE TABLE handover_item (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        key TEXT NOT NULL,
        first TEXT NOT NULL,
        since TEXT NOT NULL,
        passed INTEGER NOT NULL,
        answer TEXT,
        data TEXT NOT NULL,
        PRIMARY KEY (ref, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX handover_item_key ON handover_item (key)",
    """CREATE TABLE handover_said (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (ref, number)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE handover_read_back (
        ref TEXT NOT NULL,
        said INTEGER NOT NULL,
        item INTEGER NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        missing TEXT NOT NULL,
        added TEXT NOT NULL,
        negation INTEGER NOT NULL,
        correct INTEGER,
        judged_at TEXT,
        PRIMARY KEY (ref, said)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE handover_kept (
        post TEXT NOT NULL,
        key TEXT NOT NULL,
        person TEXT NOT NULL,
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (post, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE handover_cleared (
        post TEXT NOT NULL,
        key TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (post, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE handover_broken (
        post TEXT NOT NULL,
        watch INTEGER NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (post, watch)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER handover_frozen BEFORE UPDATE ON handover WHEN OLD.state = 'accepted'
        BEGIN SELECT raise(ABORT, 'an accepted handover is never changed'); END""",
    """CREATE TRIGGER handover_item_frozen BEFORE UPDATE ON handover_item
        WHEN (SELECT state FROM handover WHERE ref = OLD.ref) = 'accepted'
        BEGIN SELECT raise(ABORT, 'an accepted handover is never changed'); END""",
    """CREATE TRIGGER handover_item_added BEFORE INSERT ON handover_item
        WHEN (SELECT state FROM handover WHERE ref = NEW.ref) = 'accepted'
        BEGIN SELECT raise(ABORT, 'an accepted handover is never changed'); END""",
    """CREATE TRIGGER handover_said_kept BEFORE UPDATE ON handover_said
        BEGIN SELECT raise(ABORT, 'what was said is never changed'); END""",
    # Who is on duty from a post, and what they have said since.
    """CREATE TABLE checkin (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        agency TEXT,
        post TEXT NOT NULL,
        room_id TEXT NOT NULL,
        at TEXT NOT NULL,
        heard_at TEXT NOT NULL,
        vehicle TEXT NOT NULL,
        persons INTEGER NOT NULL,
        every INTEGER,
        status TEXT NOT NULL,
        place TEXT NOT NULL,
        status_at TEXT,
        ended_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX checkin_person ON checkin (person) WHERE ended_at IS NULL",
    "CREATE INDEX checkin_post ON checkin (post, at)",
    """CREATE TABLE checkin_said (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        person TEXT NOT NULL,
        status TEXT NOT NULL,
        place TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX checkin_said_id ON checkin_said (id)",
    # Which messages have given the fields of reports, and in which revision of each that stands first.
    """CREATE TABLE report_source (
        event_id TEXT NOT NULL,
        ref TEXT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (event_id, ref)
    ) STRICT, WITHOUT ROWID""",
    # How a record was marked when its release was asked for: a later mark ends the request.
    "ALTER TABLE release ADD COLUMN under TEXT NOT NULL DEFAULT ''",
    # Copies of pinned files, of which somebody asked one: they go with the entry.
    """CREATE TABLE copy (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (ref, number)
    ) STRICT""",
    """CREATE TRIGGER entry_copied AFTER DELETE ON entry
        BEGIN DELETE FROM copy WHERE ref = OLD.ref AND number = OLD.number; END""",
    # Each entry of a timeline is recorded by one entry of the log, and no two by the same.
    "CREATE UNIQUE INDEX entry_logged ON entry (logged)",
    # Whether the end of a release was reached: a clock that is set back does not let it begin anew.
    "ALTER TABLE granted ADD COLUMN ended INTEGER NOT NULL DEFAULT 0",
    # What was refused since the last change of watch is asked for at each draft, for years.
    "CREATE INDEX handover_ended ON handover (post, state, ended_at)",
    # Where somebody said to be goes with the retention period, in the content of its audit entry as well.
    "ALTER TABLE checkin_said ADD COLUMN logged INTEGER",
    # What was emptied before the log said so of itself: at the next start it does.
    "CREATE TABLE unsaid (position INTEGER PRIMARY KEY) STRICT",
    "INSERT INTO unsaid SELECT position FROM audit_entry WHERE position NOT IN (SELECT position FROM audit_content)",
    # Releases whose end was reached before this was recorded.
    """UPDATE granted SET ended = 1 WHERE source = 'release' AND EXISTS (
        SELECT 1 FROM due d WHERE d.kind = 'release ends' AND d.ref = granted.ref || ' ' || granted.agency
        AND d.state = 'done')""",
    # What was said for a handover goes when its message is taken back, until the record is accepted.
    "ALTER TABLE handover_said ADD COLUMN event TEXT",
    "ALTER TABLE handover_said ADD COLUMN logged INTEGER",
    "CREATE INDEX handover_said_event ON handover_said (event)",
    "DROP TRIGGER handover_said_kept",
    """CREATE TRIGGER handover_said_kept BEFORE UPDATE OF ref, number, kind, language, by, at, event ON handover_said
        BEGIN SELECT raise(ABORT, 'what was said is never changed'); END""",
    """CREATE TRIGGER handover_said_emptied BEFORE UPDATE OF text ON handover_said
        WHEN NEW.text != '' OR (SELECT state FROM handover WHERE ref = NEW.ref) = 'accepted'
        BEGIN SELECT raise(ABORT, 'what was said is only taken back, and not out of an accepted handover'); END""",
    # A purge, which deletes entries with their incidents, comes with a trigger of its own in this one's place.
    """CREATE TRIGGER entry_stays BEFORE DELETE ON entry
        BEGIN SELECT raise(ABORT, 'an entry is never deleted'); END""",
    # How revisions of reports that belong to no incident were marked afterwards, and by whose word.
    """CREATE TABLE report_mark (
        ref TEXT NOT NULL,
        revision INTEGER NOT NULL,
        handling TEXT NOT NULL,
        decided TEXT NOT NULL,
        PRIMARY KEY (ref, revision)
    ) STRICT, WITHOUT ROWID""",
    # What an incident is a part of: of one other at most.
    """CREATE TABLE parent (
        ref TEXT PRIMARY KEY,
        parent TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX parent_of ON parent (parent)",
    # Briefings of a room. One that repeats is one row; what differs of single ones stands in briefing_change.
    """CREATE TABLE briefing (
        ref TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        room_id TEXT NOT NULL,
        by TEXT NOT NULL,
        agency TEXT,
        begins TEXT NOT NULL,
        zone TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        rule TEXT,
        declared_at TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        state TEXT NOT NULL,
        handling TEXT NOT NULL,
        ended_at TEXT,
        said TEXT,
        logged INTEGER
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX briefing_room ON briefing (room_id, state, ended_at)",
    "CREATE INDEX briefing_said ON briefing (said)",
    """CREATE TABLE briefing_change (
        ref TEXT NOT NULL,
        original TEXT NOT NULL,
        begins TEXT,
        minutes INTEGER,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (ref, original)
    ) STRICT, WITHOUT ROWID""",
    # How long before a briefing somebody wants to be reminded.
    """CREATE TABLE briefing_before (
        person TEXT PRIMARY KEY,
        minutes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What people want to be told again: wall time and its zone, the moment it waits for, how often it has rung.
    """CREATE TABLE reminder (
        ref TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        by TEXT NOT NULL,
        whom TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        begins TEXT NOT NULL,
        zone TEXT NOT NULL,
        rule TEXT,
        at TEXT NOT NULL,
        event TEXT NOT NULL,
        made_at TEXT NOT NULL,
        alone INTEGER NOT NULL,
        state TEXT NOT NULL,
        rings INTEGER NOT NULL,
        post TEXT NOT NULL,
        told_in TEXT NOT NULL,
        ended_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reminder_by ON reminder (by) WHERE ended_at IS NULL",
    "CREATE INDEX reminder_room ON reminder (room_id) WHERE ended_at IS NULL",
    "CREATE INDEX reminder_event ON reminder (event)",
    # Joint patrols (patrol, patrol_member): who goes out together, and whose lead has not agreed to it yet.
    """CREATE TABLE patrol (
        ref TEXT PRIMARY KEY,
        room_id TEXT NOT NULL,
        name TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        vehicle TEXT NOT NULL,
        area TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        warned INTEGER NOT NULL,
        cancelled_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX patrol_room ON patrol (room_id, until)",
    "CREATE INDEX patrol_until ON patrol (until)",
    """CREATE TABLE patrol_member (
        ref TEXT NOT NULL,
        person TEXT NOT NULL,
        number INTEGER NOT NULL,
        agreed INTEGER NOT NULL,
        interprets INTEGER NOT NULL,
        PRIMARY KEY (ref, person)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX patrol_member_person ON patrol_member (person)",
    # Which message said what an entry of the audit log is about, and what is left of that once it is taken back.
    """CREATE TABLE audit_said (
        event TEXT NOT NULL,
        position INTEGER NOT NULL,
        room_id TEXT NOT NULL,
        left_over TEXT NOT NULL,
        PRIMARY KEY (event, position)
    ) STRICT, WITHOUT ROWID""",
    # Who has said whether they come to a briefing: to the one at that moment, or to all where it is empty.
    """CREATE TABLE rsvp (
        ref TEXT NOT NULL,
        person TEXT NOT NULL,
        begins TEXT NOT NULL,
        answer TEXT NOT NULL,
        delegate TEXT,
        at TEXT NOT NULL,
        PRIMARY KEY (ref, person, begins)
    ) STRICT, WITHOUT ROWID""",
    # How many of which agency must come, and whether they did when that was said last, and of which one.
    """CREATE TABLE quorum (
        ref TEXT PRIMARY KEY,
        needs TEXT,
        begins TEXT,
        there INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What briefings are about: for the next one after it was said, or for each.
    """CREATE TABLE agenda (
        ref TEXT NOT NULL,
        number INTEGER NOT NULL,
        head TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        minutes INTEGER,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        each_one INTEGER NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (ref, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX agenda_said ON agenda (said)",
    # When a digest comes to a room each day, by whose word; what was entered in a while is found by its moment.
    """CREATE TABLE digest (
        room_id TEXT PRIMARY KEY,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        zone TEXT NOT NULL,
        set_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_entered ON entry (entered_at)",
    # One briefing as it is held, and who is there; its minutes, whose lines are never changed, only taken back; what
    # leads of other agencies say to decisions, and who has read the minutes afterwards.
    """CREATE TABLE sitting (
        ref TEXT PRIMARY KEY,
        briefing TEXT NOT NULL,
        room_id TEXT NOT NULL,
        original TEXT NOT NULL,
        begins TEXT NOT NULL,
        ends TEXT NOT NULL,
        scribe TEXT,
        closed_at TEXT,
        closed_by TEXT,
        digest TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX sitting_briefing ON sitting (briefing, original)",
    "CREATE INDEX sitting_room ON sitting (room_id, begins)",
    "CREATE INDEX sitting_ends ON sitting (ends)",
    """CREATE TABLE attendance (
        sitting TEXT NOT NULL,
        person TEXT NOT NULL,
        presence TEXT NOT NULL,
        minutes INTEGER,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (sitting, person)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE minute (
        sitting TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        about TEXT,
        task TEXT,
        salt TEXT NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (sitting, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX minute_said ON minute (said)",
    """CREATE TRIGGER minute_kept BEFORE UPDATE ON minute WHEN NEW.text != '' OR NEW.salt != ''
        OR (NEW.sitting, NEW.number, NEW.kind, NEW.language, NEW.by, NEW.at, NEW.about, NEW.task, NEW.said)
        IS NOT (OLD.sitting, OLD.number, OLD.kind, OLD.language, OLD.by, OLD.at, OLD.about, OLD.task, OLD.said)
        BEGIN SELECT raise(ABORT, 'minutes are never changed'); END""",
    """CREATE TRIGGER minute_closed BEFORE INSERT ON minute WHEN NEW.kind != 'addendum'
        AND (SELECT closed_at FROM sitting WHERE ref = NEW.sitting) IS NOT NULL
        BEGIN SELECT raise(ABORT, 'closed minutes get nothing but what is added to them'); END""",
    """CREATE TRIGGER sitting_closed BEFORE UPDATE ON sitting WHEN OLD.closed_at IS NOT NULL
        BEGIN SELECT raise(ABORT, 'closed minutes are never changed'); END""",
    """CREATE TABLE minute_verdict (
        sitting TEXT NOT NULL,
        number INTEGER NOT NULL,
        person TEXT NOT NULL,
        agreed INTEGER,
        at TEXT,
        PRIMARY KEY (sitting, number, person)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE minute_reading (
        sitting TEXT NOT NULL,
        person TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        read_at TEXT,
        PRIMARY KEY (sitting, person)
    ) STRICT, WITHOUT ROWID""",
    # What a message has said in the log is known in one place, also of briefings; and which one has said a patrol's.
    """INSERT OR IGNORE INTO audit_said
        SELECT b.said, b.logged, b.room_id, json_remove(CAST(c.content AS TEXT), '$.title')
        FROM briefing b JOIN audit_content c ON c.position = b.logged WHERE b.said IS NOT NULL""",
    "ALTER TABLE briefing DROP COLUMN logged",
    "ALTER TABLE patrol ADD COLUMN said TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX patrol_said ON patrol (said)",
    # Polls that find the time for a briefing, which then has the poll's reference; what people said to each time.
    """CREATE TABLE poll (
        ref TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        room_id TEXT NOT NULL,
        by TEXT NOT NULL,
        agency TEXT,
        zone TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        slots TEXT NOT NULL,
        need TEXT,
        asked_at TEXT NOT NULL,
        closes_at TEXT NOT NULL,
        state TEXT NOT NULL,
        handling TEXT NOT NULL,
        said TEXT,
        ended_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX poll_room ON poll (room_id, state)",
    "CREATE INDEX poll_said ON poll (said)",
    """CREATE TABLE vote (
        ref TEXT NOT NULL,
        slot INTEGER NOT NULL,
        person TEXT NOT NULL,
        answer INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (ref, slot, person)
    ) STRICT, WITHOUT ROWID""",
    # Hours that people have blocked for meetings, in minutes of their own day.
    """CREATE TABLE busy (
        person TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        days TEXT NOT NULL,
        PRIMARY KEY (person, since, until, days)
    ) STRICT, WITHOUT ROWID""",
    # What a room is for, where that was said.
    "ALTER TABLE room ADD COLUMN used_for TEXT",
    # The size of the last checkpoint that each audit room, and each keeper, was given.
    """CREATE TABLE audit_handed (
        destination TEXT PRIMARY KEY,
        size INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Who has cosigned which of our checkpoints: the line of the signed note, as it was handed in.
    """CREATE TABLE audit_cosignature (
        size INTEGER NOT NULL REFERENCES audit_checkpoint,
        name TEXT NOT NULL,
        line TEXT NOT NULL,
        cosigned_at TEXT NOT NULL,
        PRIMARY KEY (size, name)
    ) STRICT, WITHOUT ROWID""",
    # Incidents of which nothing is deleted until somebody lifts that, by whom, since when and why.
    """CREATE TABLE hold (
        ref TEXT PRIMARY KEY,
        by TEXT NOT NULL,
        agency TEXT,
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        room_id TEXT NOT NULL,
        said TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What is to go once the hold on `ref` is lifted: the content of that entry of the log, which is all that still has
    # the words of the entry `number` of an incident, or of the revision `number` of a report; and what is left of it.
    """CREATE TABLE held (
        position INTEGER PRIMARY KEY,
        ref TEXT NOT NULL,
        record TEXT NOT NULL,
        number INTEGER NOT NULL,
        left_over TEXT NOT NULL,
        at TEXT NOT NULL,
        UNIQUE (record, number)
    ) STRICT""",
    "CREATE INDEX held_ref ON held (ref)",
    "CREATE INDEX report_logged ON report (logged)",
    # The messages of which an incident under hold has something.
    """CREATE VIEW held_message AS
        SELECT e.event_id AS event FROM hold h JOIN entry e ON e.ref = h.ref
        UNION SELECT coalesce(e.data ->> '$.event', e.data ->> '$.from', '') FROM hold h JOIN entry e ON e.ref = h.ref
            WHERE e.kind IN ('pin', 'declared')
        UNION SELECT r.event_id FROM hold h JOIN report r ON r.incident = h.ref
        UNION SELECT s.event_id FROM hold h JOIN report r ON r.incident = h.ref
            JOIN report_source s ON s.ref = r.ref""",
    # Whatever comes to delete records must not delete these, whoever wrote it.
    """CREATE TRIGGER incident_held BEFORE DELETE ON incident WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.ref)
        BEGIN SELECT raise(ABORT, 'the incident is under hold'); END""",
    """CREATE TRIGGER report_held BEFORE DELETE ON report WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.incident)
        BEGIN SELECT raise(ABORT, 'the incident of the report is under hold'); END""",
    """CREATE TRIGGER copy_held BEFORE DELETE ON copy WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.ref)
        BEGIN SELECT raise(ABORT, 'the incident of the copy is under hold'); END""",
    """CREATE TRIGGER audit_content_held BEFORE DELETE ON audit_content
        WHEN EXISTS (SELECT 1 FROM held WHERE position = OLD.position)
        OR EXISTS (SELECT 1 FROM entry e JOIN hold h ON h.ref = e.ref WHERE e.logged = OLD.position)
        OR EXISTS (SELECT 1 FROM report r JOIN hold h ON h.ref = r.incident WHERE r.logged = OLD.position)
        BEGIN SELECT raise(ABORT, 'what the log says of it is under hold'); END""",
    # An index of every item by its key put each of a draft's items on another page. Most are held by the handover
    # before; of the rest it is enough to find where they came first, and to look from there on.
    "DROP INDEX handover_item_key",
    "CREATE INDEX handover_item_first ON handover_item (key) WHERE passed = 0",
    # Polls of clients that ask who comes to a briefing, one at a time about each of it; and which vote has said what.
    """CREATE TABLE rsvp_poll (
        post TEXT PRIMARY KEY,
        ref TEXT NOT NULL,
        begins TEXT NOT NULL,
        ended_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX rsvp_poll_open ON rsvp_poll (ref, begins) WHERE ended_at IS NULL",
    "ALTER TABLE rsvp ADD COLUMN said_at TEXT",
    "ALTER TABLE rsvp ADD COLUMN vote TEXT",
    "CREATE INDEX rsvp_vote ON rsvp (vote) WHERE vote IS NOT NULL",
    # An incident under hold by several agencies: each lifts its own, and it is held until the last one does.
    "DROP VIEW held_message",
    "DROP TRIGGER incident_held",
    "DROP TRIGGER report_held",
    "DROP TRIGGER copy_held",
    "DROP TRIGGER audit_content_held",
    "ALTER TABLE hold RENAME TO hold_before",
    """CREATE TABLE hold (
        ref TEXT NOT NULL,
        agency TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        room_id TEXT NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (ref, agency)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO hold (ref, agency, by, at, reason, room_id, said)
        SELECT ref, coalesce(agency, ''), by, at, reason, room_id, said FROM hold_before""",
    "DROP TABLE hold_before",
    # The messages of which an incident under hold has something.
    """CREATE VIEW held_message AS
        SELECT e.event_id AS event FROM hold h JOIN entry e ON e.ref = h.ref
        UNION SELECT coalesce(e.data ->> '$.event', e.data ->> '$.from', '') FROM hold h JOIN entry e ON e.ref = h.ref
            WHERE e.kind IN ('pin', 'declared')
        UNION SELECT r.event_id FROM hold h JOIN report r ON r.incident = h.ref
        UNION SELECT s.event_id FROM hold h JOIN report r ON r.incident = h.ref
            JOIN report_source s ON s.ref = r.ref""",
    # Whatever comes to delete records must not delete these, whoever wrote it.
    """CREATE TRIGGER incident_held BEFORE DELETE ON incident WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.ref)
        BEGIN SELECT raise(ABORT, 'the incident is under hold'); END""",
    """CREATE TRIGGER report_held BEFORE DELETE ON report WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.incident)
        BEGIN SELECT raise(ABORT, 'the incident of the report is under hold'); END""",
    """CREATE TRIGGER copy_held BEFORE DELETE ON copy WHEN EXISTS (SELECT 1 FROM hold WHERE ref = OLD.ref)
        BEGIN SELECT raise(ABORT, 'the incident of the copy is under hold'); END""",
    """CREATE TRIGGER audit_content_held BEFORE DELETE ON audit_content
        WHEN EXISTS (SELECT 1 FROM held WHERE position = OLD.position)
        OR EXISTS (SELECT 1 FROM entry e JOIN hold h ON h.ref = e.ref WHERE e.logged = OLD.position)
        OR EXISTS (SELECT 1 FROM report r JOIN hold h ON h.ref = r.incident WHERE r.logged = OLD.position)
        BEGIN SELECT raise(ABORT, 'what the log says of it is under hold'); END""",
    # How what minutes and agendas have of a message is handled, once that was marked afterwards.
    """CREATE TABLE line_mark (
        said TEXT PRIMARY KEY,
        handling TEXT NOT NULL,
        decided TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Who was shown what of which records, by which post or export; an audience is kept once.
    """CREATE TABLE received (
        ref TEXT NOT NULL,
        post TEXT NOT NULL,
        room_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        whole INTEGER NOT NULL,
        at TEXT NOT NULL,
        people TEXT NOT NULL,
        PRIMARY KEY (ref, post)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX received_people ON received (people)",
    """CREATE TABLE received_by (
        people TEXT NOT NULL,
        user_id TEXT NOT NULL,
        PRIMARY KEY (people, user_id)
    ) STRICT, WITHOUT ROWID""",
    # What is told to whom of what they have received: `number` is the entry, or the line of another `record`.
    """CREATE TABLE recall (
        id INTEGER PRIMARY KEY,
        user_id TEXT NOT NULL,
        ref TEXT NOT NULL,
        record TEXT NOT NULL,
        number INTEGER NOT NULL,
        about TEXT NOT NULL,
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        agency TEXT,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL,
        batch TEXT NOT NULL,
        told_at TEXT,
        acknowledged_at TEXT,
        nudged INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL DEFAULT 0,
        UNIQUE (user_id, ref, record, number, about)
    ) STRICT""",
    "CREATE INDEX recall_ref ON recall (ref)",
    "CREATE INDEX recall_batch ON recall (batch)",
    # For what purpose somebody reads a sensitive record, since when, and which entry of the log says so.
    """CREATE TABLE purpose (
        user_id TEXT NOT NULL,
        ref TEXT NOT NULL,
        code TEXT NOT NULL,
        entry INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (user_id, ref)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE purpose_said (
        event_id TEXT PRIMARY KEY,
        entry INTEGER NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Reviews that are published; and tasks that a review has brought about, which stay to be done though it is closed.
    """CREATE TABLE review (
        ref TEXT PRIMARY KEY,
        record TEXT NOT NULL,
        digest TEXT NOT NULL,
        by TEXT NOT NULL,
        agency TEXT,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER review_kept BEFORE UPDATE ON review
        BEGIN SELECT raise(ABORT, 'a published review never changes'); END""",
    "ALTER TABLE task ADD COLUMN review INTEGER NOT NULL DEFAULT 0",
    # Records whose words are gone for good, and the SHA-256 of the leaves of their entries in the log. Nothing else
    # deletes an entry of a timeline.
    """CREATE TABLE purged (
        ref TEXT PRIMARY KEY,
        class TEXT NOT NULL,
        at TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "DROP TRIGGER entry_stays",
    """CREATE TRIGGER entry_stays BEFORE DELETE ON entry WHEN OLD.ref NOT IN (SELECT ref FROM purged)
        BEGIN SELECT raise(ABORT, 'an entry goes with its incident alone'); END""",
    # Who has asked that a record is given to an agency, who has agreed, and what was given: to whom, to which entry.
    """CREATE TABLE export (
        id TEXT PRIMARY KEY,
        ref TEXT NOT NULL,
        agency TEXT NOT NULL,
        used_for TEXT NOT NULL,
        form TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        room_id TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        under TEXT NOT NULL,
        agreed_by TEXT,
        outcome TEXT,
        digest TEXT NOT NULL,
        last INTEGER NOT NULL,
        people TEXT NOT NULL,
        sent_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX export_ref ON export (ref)",
    "CREATE INDEX original_said ON original (room_id, said_at)",
    # Where the log says to whom a record was shown.
    """CREATE INDEX audit_entry_shown ON audit_entry (
        CASE WHEN json_valid(CAST(envelope AS TEXT)) THEN json_extract(CAST(envelope AS TEXT), '$.ref') END)
        WHERE CASE WHEN json_valid(CAST(envelope AS TEXT)) THEN json_extract(CAST(envelope AS TEXT), '$.kind') END
        IN ('record.shown', 'file.shown', 'copy.given')""",
    # Who has lost a device, until two people lift that; and the devices known by then, whose keys stay refused.
    """CREATE TABLE lost (
        user_id TEXT PRIMARY KEY,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        lifted_by TEXT,
        lifted_at TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE refused_device (
        user_id TEXT NOT NULL,
        key TEXT NOT NULL,
        device_id TEXT NOT NULL,
        PRIMARY KEY (user_id, key)
    ) STRICT, WITHOUT ROWID""",
    # That the digest of each shift comes to a room at its end, by whose word; of one post, or of all.
    """CREATE TABLE digest_shift (
        room_id TEXT PRIMARY KEY,
        by TEXT NOT NULL,
        post TEXT,
        set_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Which exports were asked for together: answered by one word, and given in one file.
    "ALTER TABLE export ADD COLUMN together TEXT NOT NULL DEFAULT ''",
    "UPDATE export SET together = id",
    "CREATE INDEX export_together ON export (together)",
    # Verifications by emoji that run: what a restart has to end.
    """CREATE TABLE verifying (
        user_id TEXT PRIMARY KEY,
        id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        room_id TEXT,
        begun_at TEXT NOT NULL,
        master_key TEXT NOT NULL,
        matched_by TEXT
    ) STRICT, WITHOUT ROWID""",
    # When somebody who is checked in wrote last in the room of their post: the moment alone.
    "ALTER TABLE checkin ADD COLUMN wrote_at TEXT",
    # The last call for help from somebody's account while nobody had confirmed its keys; without a key it is over.
    "ALTER TABLE checkin ADD COLUMN called_at TEXT",
    "ALTER TABLE checkin ADD COLUMN called_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE checkin ADD COLUMN called_place TEXT NOT NULL DEFAULT ''",
)
