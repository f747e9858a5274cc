-- A content, which lies in the storage under its SHA-256; thumbnails are contents too. `stored_at` is set when its bytes
-- are there, `removing_until` while they are being removed: until then nobody may rely on them.
CREATE TABLE blobs (
    hash BYTEA PRIMARY KEY,
    size BIGINT NOT NULL,
    type TEXT NOT NULL,
    width BIGINT,
    height BIGINT,
    placeholder TEXT,
    thumbnail BYTEA REFERENCES blobs (hash),
    claimed_at BIGINT NOT NULL,
    stored_at BIGINT,
    removing_until BIGINT
);
CREATE INDEX blobs_thumbnail ON blobs (thumbnail) WHERE thumbnail IS NOT NULL;
CREATE INDEX blobs_claimed ON blobs (claimed_at, hash);

-- A file has at most one use: a message carries it, or it is shown as a picture of somebody or of the workspace.
-- `free_at` is since when it had none.
CREATE TABLE files (
    id UUID PRIMARY KEY,
    owner UUID NOT NULL REFERENCES users (id),
    hash BYTEA NOT NULL REFERENCES blobs (hash),
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    message UUID REFERENCES messages (id) ON DELETE SET NULL,
    room UUID,
    ts BIGINT,
    place BIGINT,
    shown BIGINT NOT NULL DEFAULT 0,
    free_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_hash ON files (hash);
CREATE INDEX files_owner ON files (owner, size);
CREATE INDEX files_message ON files (message, place) WHERE message IS NOT NULL;
CREATE INDEX files_room ON files (room, ts, place) WHERE message IS NOT NULL;
CREATE INDEX files_free ON files (free_at, id) WHERE message IS NULL AND shown = 0;

-- Files that come in pieces. How much is there is the length of the staged file.
CREATE TABLE uploads (
    id UUID PRIMARY KEY,
    owner UUID NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    file UUID REFERENCES files (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX uploads_owner ON uploads (owner);
CREATE INDEX uploads_file ON uploads (file) WHERE file IS NOT NULL;
CREATE INDEX uploads_expiry ON uploads (expires_at);

ALTER TABLE users ADD COLUMN avatar UUID;
ALTER TABLE workspace ADD COLUMN icon UUID;
ALTER TABLE workspace ADD COLUMN max_file_bytes BIGINT NOT NULL DEFAULT 268435456;
ALTER TABLE workspace ADD COLUMN storage_quota_bytes BIGINT;
ALTER TABLE workspace ADD COLUMN user_quota_bytes BIGINT;
-- Patterns with blanks between them, such as `image/*`; empty for every type.
ALTER TABLE workspace ADD COLUMN file_types TEXT NOT NULL DEFAULT '';
