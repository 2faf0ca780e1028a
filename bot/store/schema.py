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
    # The language that a person's messages taught, and those of the last messages; never a word of them.
    "ALTER TABLE person ADD COLUMN learned TEXT",
    "ALTER TABLE person ADD COLUMN heard TEXT NOT NULL DEFAULT '[]'",
)
