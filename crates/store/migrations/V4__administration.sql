-- Personal access tokens: what a program of a person's shows instead of a session.
CREATE TABLE tokens (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    token_hash BYTEA NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX tokens_hash ON tokens (token_hash);
CREATE INDEX tokens_user ON tokens (user_id, id);
CREATE INDEX tokens_expiry ON tokens (expires_at) WHERE expires_at IS NOT NULL;

ALTER TABLE workspace ADD COLUMN accent TEXT;
ALTER TABLE workspace ADD COLUMN retention_days BIGINT;

-- While old messages of a room are being removed: the place before which all are gone, until the stream is told.
ALTER TABLE rooms ADD COLUMN retention_days BIGINT;
ALTER TABLE rooms ADD COLUMN trimming_ts BIGINT;

-- What somebody who registers by the invitation becomes, and where.
ALTER TABLE invitations ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
CREATE TABLE invitation_rooms (
    invitation UUID NOT NULL REFERENCES invitations (id),
    room UUID NOT NULL REFERENCES rooms (id),
    PRIMARY KEY (invitation, room)
);

-- The mail server that an administrator set; its address holds a password, so it is sealed.
CREATE TABLE mail (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    sealed BYTEA NOT NULL,
    sender TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- When something last happened that administrators look for.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    note TEXT NOT NULL
);

-- The audit as a chain: each row's hash covers the one before. Rows of before wait to be taken over at the next start.
DROP INDEX audit_at;
ALTER TABLE audit RENAME TO audit_unchained;
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    actor UUID,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL,
    address TEXT NOT NULL,
    hash BYTEA NOT NULL
);

-- The chain's end; the row is the lock of whoever appends.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash BYTEA
);
INSERT INTO audit_head (id, seq) VALUES (1, 0);
