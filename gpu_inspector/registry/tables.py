"""The text of the registry's first migration: the chain of each office, what waits at the gate, and what was answered.

A text that stood in a release is never edited, since registries made by it are out there: a change is a new migration.
Names are written out in full everywhere, so that no search_path decides what is meant. Rows that come by the hundred
thousand have no foreign key to their office, which would be asked row by row: the triggers look once a statement.

Offices read `inspection`, where row-level security says which rows; registrars COPY into its one partition,
`inspection_all`, since PostgreSQL does not COPY into a table under row-level security. `listing` and `number` are read
by no office at all: functions search them. What offices read themselves has no index that does not begin with the
office: how many rows an index found before row-level security took them away, EXPLAIN tells everybody.
"""

TABLES = """
CREATE TABLE gpu_inspector.office(
    number integer PRIMARY KEY CHECK (number > 0),
    name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 400),
    role text NOT NULL CHECK (octet_length(role) BETWEEN 1 AND 63),
    sees text NOT NULL CHECK (sees IN ('own', 'sightings', 'everything')),
    enrolled_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE gpu_inspector.office IS 'Who may push: a ledger''s office and the role that it comes as.';

CREATE TABLE gpu_inspector.certificate(
    office integer NOT NULL REFERENCES gpu_inspector.office,
    fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    name text NOT NULL CHECK (octet_length(name) <= 2000),
    pem text NOT NULL CHECK (octet_length(pem) <= 65536),
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (office, fingerprint)
);
COMMENT ON TABLE gpu_inspector.certificate IS 'Whose checkpoints are accepted for an office.';

CREATE TABLE gpu_inspector.withdrawal(
    office integer NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL CHECK (octet_length(reason) <= 2000),
    withdrawn_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (office, fingerprint),
    FOREIGN KEY (office, fingerprint) REFERENCES gpu_inspector.certificate
);
COMMENT ON TABLE gpu_inspector.withdrawal IS 'Certificates that count no more, for good.';

CREATE TABLE gpu_inspector.inspection(
    office integer NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    prev bytea NOT NULL CHECK (octet_length(prev) = 32),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('whole', 'redacted', 'digest')),
    body bytea,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (office, seq),
    UNIQUE (office, id),
    CHECK ((body IS NULL) = (kind = 'digest'))
) PARTITION BY LIST (office);
CREATE TABLE gpu_inspector.inspection_all PARTITION OF gpu_inspector.inspection DEFAULT;
ALTER TABLE gpu_inspector.inspection ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON TABLE gpu_inspector.inspection IS 'The rows of each office''s ledger; bodies are compressed already (zlib).';

CREATE TABLE gpu_inspector.checkpoint(
    office integer NOT NULL REFERENCES gpu_inspector.office,
    seq bigint NOT NULL CHECK (seq > 0),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    made_at timestamptz NOT NULL,
    fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    file bytea NOT NULL CHECK (octet_length(file) <= 262144),
    PRIMARY KEY (office, seq)
);
COMMENT ON TABLE gpu_inspector.checkpoint IS
    'What an office''s key vouched for about its rows; some of them may still be on their way.';

CREATE TABLE gpu_inspector.listing(
    office integer NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    case_number text NOT NULL,
    product text NOT NULL,
    verdict text NOT NULL,
    condition text NOT NULL,
    control text NOT NULL,
    verdict_rank integer NOT NULL,
    condition_rank integer NOT NULL,
    inspector text NOT NULL,
    site text NOT NULL,
    place text NOT NULL,
    cards integer NOT NULL,
    origin text NOT NULL,
    numbers text NOT NULL,
    papers text NOT NULL,
    PRIMARY KEY (office, seq)
);
COMMENT ON TABLE gpu_inspector.listing IS 'What a search looks through; made of the bodies, never believed over them.';

CREATE TABLE gpu_inspector.number(
    office integer NOT NULL,
    seq bigint NOT NULL,
    card integer NOT NULL CHECK (card >= 0),
    kind text NOT NULL CHECK (octet_length(kind) BETWEEN 1 AND 100),
    keyed boolean NOT NULL,
    value text NOT NULL CHECK (octet_length(value) BETWEEN 1 AND 1000),
    PRIMARY KEY (office, seq, card, kind, value),
    CHECK (NOT keyed OR value ~ '^[0-9a-f]{80}$')
);
CREATE INDEX number_value ON gpu_inspector.number(kind, lower(value));
COMMENT ON TABLE gpu_inspector.number IS 'Serials and UUIDs of cards, plain or as keyed digests.';

CREATE TABLE gpu_inspector.inbox(
    office integer NOT NULL,
    id uuid NOT NULL,
    first_seq bigint NOT NULL CHECK (first_seq > 0),
    last_seq bigint NOT NULL,
    packed bytea NOT NULL CHECK (octet_length(packed) BETWEEN 1 AND 67108864),
    checkpoint bytea CHECK (octet_length(checkpoint) <= 262144),
    delivered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (office, id),
    CHECK (last_seq >= first_seq)
);
ALTER TABLE gpu_inspector.inbox ALTER COLUMN packed SET STORAGE EXTERNAL;
COMMENT ON TABLE gpu_inspector.inbox IS 'Batches that were delivered and that the registrar has not looked at.';

CREATE TABLE gpu_inspector.answer(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office integer NOT NULL REFERENCES gpu_inspector.office,
    batch uuid NOT NULL,
    accepted boolean NOT NULL,
    reason text NOT NULL CHECK (octet_length(reason) <= 8000),
    head_seq bigint NOT NULL CHECK (head_seq >= 0),
    frontier bytea NOT NULL DEFAULT ''::bytea CHECK (octet_length(frontier) <= 2048),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX answer_batch ON gpu_inspector.answer(office, batch);
COMMENT ON TABLE gpu_inspector.answer IS 'What the registrar said to each batch; a refused one may come again.';
"""

WHO_ASKS = """
CREATE TABLE gpu_inspector.turn(what integer PRIMARY KEY);
INSERT INTO gpu_inspector.turn(what) VALUES (-1), (-2), (-3);
COMMENT ON TABLE gpu_inspector.turn IS 'Locks that no office can take, as it could an advisory one.';

CREATE FUNCTION gpu_inspector.hold(asked integer, waits boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF waits THEN
        PERFORM FROM gpu_inspector.turn WHERE what = asked FOR UPDATE;
    ELSE
        PERFORM FROM gpu_inspector.turn WHERE what = asked FOR UPDATE SKIP LOCKED;
    END IF;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION gpu_inspector.hold(integer, boolean) IS
    'Hold an office''s turn (its number) or another (below 0) until the transaction ends; false where another has it.';

CREATE FUNCTION gpu_inspector.my_office() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT number FROM gpu_inspector.office WHERE role = session_user $$;
COMMENT ON FUNCTION gpu_inspector.my_office() IS 'The office that the role of this session belongs to, or NULL.';

CREATE FUNCTION gpu_inspector.my_sees() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT sees FROM gpu_inspector.office WHERE role = session_user $$;
COMMENT ON FUNCTION gpu_inspector.my_sees() IS 'What that office may see: own, sightings, everything; or NULL.';

CREATE FUNCTION gpu_inspector.head(OUT seq bigint, OUT digest bytea) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT i.seq, i.digest FROM gpu_inspector.inspection AS i
   WHERE i.office = gpu_inspector.my_office() ORDER BY i.seq DESC LIMIT 1 $$;
COMMENT ON FUNCTION gpu_inspector.head() IS 'The last row of the asking office that the registry has, if any.';

ALTER TABLE gpu_inspector.inbox ALTER COLUMN office SET DEFAULT gpu_inspector.my_office();
"""
