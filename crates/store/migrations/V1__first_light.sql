-- Ids are UUIDs (16 bytes), times and places integer microseconds, flags 0 or 1, enums their texts.

CREATE TABLE workspace (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    epoch UUID NOT NULL,
    name TEXT NOT NULL,
    join_policy TEXT NOT NULL,
    mail_domains TEXT NOT NULL,
    setup_token_hash BYTEA,
    set_up_at BIGINT,
    default_room UUID,
    created_at BIGINT NOT NULL
);

-- The head row of a stream is its lock. The workspace's stream has the nil id.
CREATE TABLE streams (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    head BIGINT NOT NULL,
    last_ts BIGINT NOT NULL,
    first_kept BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX streams_changed ON streams (changed_at);

-- A message's event holds its id only: its frame is rendered from the message's row.
CREATE TABLE events (
    stream UUID NOT NULL,
    n BIGINT NOT NULL,
    type TEXT NOT NULL,
    message UUID,
    data TEXT,
    cut TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (stream, n)
);
CREATE INDEX events_created ON events (created_at);

CREATE TABLE users (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    email TEXT,
    password_hash TEXT,
    role TEXT NOT NULL,
    time_zone TEXT,
    created_at BIGINT NOT NULL,
    deactivated_at BIGINT
);
CREATE UNIQUE INDEX users_username ON users (username);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_name ON users (folded_name, id);

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    token_hash BYTEA NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE password_resets (
    token_hash BYTEA PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);

-- Registrations that wait for the click on the link in the mail; the link's token is made when the mail is.
CREATE TABLE registrations (
    id UUID PRIMARY KEY,
    token_hash BYTEA,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX registrations_token ON registrations (token_hash);
CREATE INDEX registrations_expiry ON registrations (expires_at);

CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    created_by UUID NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    max_uses BIGINT,
    uses BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_maker ON invitations (created_by, id);

-- Tries counted in windows: sign-in, register, forgot.
CREATE TABLE attempts (
    key TEXT PRIMARY KEY,
    window_start BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
CREATE INDEX attempts_age ON attempts (window_start);

CREATE TABLE rooms (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT,
    folded_name TEXT,
    topic TEXT NOT NULL,
    history TEXT NOT NULL,
    who_posts TEXT NOT NULL,
    who_invites TEXT NOT NULL,
    direct_key TEXT,
    members BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
CREATE UNIQUE INDEX rooms_direct ON rooms (direct_key);
CREATE INDEX rooms_public ON rooms (folded_name, id) WHERE kind = 'public' AND archived_at IS NULL;

-- Where a member began: the place of the last message and the number of the last event before they joined.
CREATE TABLE members (
    room UUID NOT NULL REFERENCES rooms (id),
    user_id UUID NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    joined_ts BIGINT NOT NULL,
    joined_n BIGINT NOT NULL,
    PRIMARY KEY (room, user_id)
);
CREATE INDEX members_user ON members (user_id, room);

CREATE TABLE reads (
    room UUID NOT NULL REFERENCES rooms (id),
    user_id UUID NOT NULL REFERENCES users (id),
    read_ts BIGINT NOT NULL,
    PRIMARY KEY (room, user_id)
);

-- `counts` is 1 where the message counts as unread: not system, not deleted, not only in a thread.
CREATE TABLE messages (
    id UUID PRIMARY KEY,
    room UUID NOT NULL REFERENCES rooms (id),
    ts BIGINT NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author UUID NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    thread UUID,
    also_to_room BIGINT NOT NULL,
    reply_count BIGINT NOT NULL,
    system TEXT,
    client_id TEXT,
    counts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX messages_place ON messages (room, ts);
CREATE UNIQUE INDEX messages_client ON messages (room, author, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_unread ON messages (room, ts, author) WHERE counts = 1;

CREATE TABLE message_versions (
    message UUID NOT NULL REFERENCES messages (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (message, version)
);

CREATE TABLE mentions (
    message UUID NOT NULL REFERENCES messages (id),
    start BIGINT NOT NULL,
    len BIGINT NOT NULL,
    user_id UUID NOT NULL REFERENCES users (id),
    room UUID NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (message, start)
);
CREATE INDEX mentions_user ON mentions (user_id, room, ts);
CREATE INDEX mentions_place ON mentions (room, ts);

CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT,
    last_error TEXT,
    dead_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;

CREATE TABLE audit (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    actor UUID,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
