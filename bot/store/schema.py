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
        PRIMARY KEY (kind, ref)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX due_waiting ON due (at) WHERE state = 'waiting'",
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
)
