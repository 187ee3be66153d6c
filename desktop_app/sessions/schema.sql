-- Live sessions. Times that end in _s are seconds on the session's own axis (a sample index over a rate, plus
-- gaps); wall clocks are seconds since 1970, UTC. What has a structure of its own is JSON text.
-- After a change of this file: raise VERSION in migrations.py, and say there how an older file becomes this one.

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, also after a deletion
    name TEXT NOT NULL DEFAULT '',
    started REAL NOT NULL,                 -- wall clock at second 0
    seconds REAL NOT NULL,                 -- how far it reaches
    last_event REAL NOT NULL,              -- wall clock
    ended REAL,                            -- wall clock; NULL while it is written, or if it was killed
    ended_by TEXT CHECK (ended_by IN ('stopped', 'failed', 'interrupted')),
    source TEXT NOT NULL,                  -- microphone, recording, demo
    device TEXT NOT NULL,                  -- name of the first source; `state` has all
    settings TEXT NOT NULL,                -- JSON object, as at the beginning; `change` has later ones
    program TEXT NOT NULL,                 -- version
    lock TEXT NOT NULL,                    -- file that the process holds that writes this session
    deleted REAL,                          -- wall clock: it is hidden, and goes for good a while later
    sound TEXT                             -- file beside the database; NULL: no sound was kept
) STRICT;

CREATE TABLE engine (
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    number INTEGER NOT NULL,               -- from 1
    at_s REAL NOT NULL,
    model TEXT NOT NULL,
    sha256 TEXT NOT NULL,                  -- of the model file
    labels TEXT NOT NULL,                  -- JSON array: those that are answered with
    abstain_below REAL NOT NULL,
    provider TEXT NOT NULL,
    notice TEXT NOT NULL,
    wall_clock REAL NOT NULL,
    dimensions TEXT NOT NULL DEFAULT '[]', -- JSON array: names of the values that it gives in place of labels
    PRIMARY KEY (session, number)
) STRICT;

CREATE TABLE utterance (
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    segment INTEGER NOT NULL,              -- its number in the run
    engine INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    wall_clock REAL NOT NULL,              -- at end_s
    latency_ms REAL NOT NULL,
    inference_ms REAL NOT NULL,
    label TEXT NOT NULL,                   -- the likeliest, also where it is no answer; '' of dimensions
    confidence REAL NOT NULL,
    probabilities TEXT NOT NULL,           -- JSON array, in the order of the engine's labels
    uncertain INTEGER NOT NULL,
    because TEXT,
    not_a_voice INTEGER NOT NULL,
    short_or_silent INTEGER NOT NULL,
    novelty REAL,
    undoubted TEXT,                        -- JSON array
    held_back TEXT NOT NULL,               -- JSON array of [cause, factor]
    default_probabilities TEXT,            -- JSON array, by the model's average voice
    voice_seconds REAL,
    voice_weight REAL,
    speaker INTEGER,
    point TEXT,                            -- JSON array of values, in the order of the engine's dimensions
    PRIMARY KEY (session, segment),
    FOREIGN KEY (session, engine) REFERENCES engine (session, number)
) STRICT;

CREATE TABLE correction (                  -- the latest of an utterance counts
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    label TEXT,                            -- NULL: taken back
    wall_clock REAL NOT NULL,
    FOREIGN KEY (session, segment) REFERENCES utterance ON DELETE CASCADE
) STRICT;
CREATE INDEX correction_of ON correction (session, segment);

CREATE TABLE words (                       -- what was said in an utterance, if somebody asked for that
    session INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    transcript TEXT NOT NULL,              -- JSON object as in results, perhaps with "fused"; times are on the session's axis
    wall_clock REAL NOT NULL,
    PRIMARY KEY (session, segment),
    FOREIGN KEY (session, segment) REFERENCES utterance ON DELETE CASCADE
) STRICT;

CREATE TABLE lost (                        -- speech that was never judged
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    segment INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    reason TEXT NOT NULL,
    wall_clock REAL NOT NULL,
    PRIMARY KEY (session, segment)
) STRICT;

CREATE TABLE gap (                         -- time without sound
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    start_s REAL NOT NULL,
    seconds REAL NOT NULL,
    reason TEXT NOT NULL,
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX gap_of ON gap (session);

CREATE TABLE state (                       -- of the source, where it is more than a pause between words
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX state_of ON state (session);

CREATE TABLE warning (                     -- of the sound
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    fields TEXT NOT NULL,                  -- JSON object
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX warning_of ON warning (session);

CREATE TABLE failure (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    hint TEXT NOT NULL,
    fatal INTEGER NOT NULL,
    fields TEXT NOT NULL,                  -- JSON object
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX failure_of ON failure (session);

CREATE TABLE change (                      -- what a person changed: channel, labels, speaker, ...
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,                   -- JSON
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX change_of ON change (session);

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL,                             -- NULL: of the whole session
    text TEXT NOT NULL,
    wall_clock REAL NOT NULL
) STRICT;
CREATE INDEX note_of ON note (session);
