SET check_function_bodies = false;
SET ROLE gi_owner;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA gpu_inspector;
CREATE FUNCTION gpu_inspector.date_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- A server's clock that was set back would make an answer older than what it answers.
    NEW.at := greatest(clock_timestamp(), (SELECT i.delivered_at FROM gpu_inspector.inbox AS i
                                           WHERE i.office = NEW.office AND i.id = NEW.batch));
    RETURN NEW;
END $$;
CREATE FUNCTION gpu_inspector.give_turn() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO gpu_inspector.turn(what) VALUES (NEW.number);
    RETURN NULL;
END $$;
CREATE FUNCTION gpu_inspector.head(OUT seq bigint, OUT digest bytea) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT i.seq, i.digest FROM gpu_inspector.inspection AS i
   WHERE i.office = gpu_inspector.my_office() ORDER BY i.seq DESC LIMIT 1 $$;
COMMENT ON FUNCTION gpu_inspector.head(OUT seq bigint, OUT digest bytea) IS 'The last row of the asking office that the registry has, if any.';
CREATE FUNCTION gpu_inspector.hold(asked integer, waits boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF waits THEN
        PERFORM FROM gpu_inspector.turn WHERE what = asked FOR UPDATE;
    ELSE
        PERFORM FROM gpu_inspector.turn WHERE what = asked FOR UPDATE SKIP LOCKED;
    END IF;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION gpu_inspector.hold(asked integer, waits boolean) IS 'Hold an office''s turn (its number) or another (below 0) until the transaction ends; false where another has it.';
CREATE FUNCTION gpu_inspector.keep_chain() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    broken record;
BEGIN
    -- Each row is held against the one before it, in the statement or, for an office's first, in the table: a row whose
    -- number or digest does not go on from there is a gap or a fork. That two sessions write the same number is
    -- refused by the primary key, whichever commits first.
    SELECT g.office, g.seq INTO broken
    FROM (SELECT f.office, f.seq, f.prev,
                 lag(f.seq) OVER w AS seq_before, lag(f.digest) OVER w AS digest_before
          FROM fresh AS f WINDOW w AS (PARTITION BY f.office ORDER BY f.seq)) AS g
    WHERE CASE WHEN g.seq_before IS NOT NULL
               THEN g.seq <> g.seq_before + 1 OR g.prev <> g.digest_before
               WHEN g.seq = 1 THEN g.prev <> decode(repeat('00', 32), 'hex')
               ELSE NOT EXISTS (SELECT FROM gpu_inspector.inspection AS i
                                WHERE i.office = g.office AND i.seq = g.seq - 1 AND i.digest = g.prev) END
       OR (g.seq_before IS NULL AND NOT EXISTS (SELECT FROM gpu_inspector.office AS o WHERE o.number = g.office))
    ORDER BY g.office, g.seq LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'chain: row % of office % does not go on from the row before it', broken.seq, broken.office
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION gpu_inspector.keep_checkpoint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM gpu_inspector.inspection AS i
               WHERE i.office = NEW.office AND i.seq = NEW.seq AND i.digest <> NEW.digest) THEN
        RAISE EXCEPTION 'checkpoint: row % of office % has another digest', NEW.seq, NEW.office
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM gpu_inspector.withdrawal AS w
               WHERE w.office = NEW.office AND w.fingerprint = NEW.fingerprint) THEN
        RAISE EXCEPTION 'checkpoint: the certificate of office % was withdrawn', NEW.office
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION gpu_inspector.keep_inbox() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    crowded integer;
BEGIN
    IF TG_OP = 'TRUNCATE' OR TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'append-only: % of gpu_inspector.inbox is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM gone WHERE NOT EXISTS (SELECT FROM gpu_inspector.answer AS a
                   WHERE a.office = gone.office AND a.batch = gone.id AND a.at >= gone.delivered_at)) THEN
            RAISE EXCEPTION 'inbox: a batch is taken out once it was answered'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END IF;
    -- One office alone cannot fill the disk of all.
    SELECT i.office INTO crowded FROM gpu_inspector.inbox AS i
    WHERE i.office IN (SELECT fresh.office FROM fresh) GROUP BY i.office
    HAVING count(*) > 1000 OR sum(octet_length(i.packed)) > 1073741824 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'inbox: too much of office % waits already', crowded
            USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
    NOTIFY gpu_inspector_inbox;
    RETURN NULL;
END $$;
CREATE FUNCTION gpu_inspector.keep_office() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'append-only: % of gpu_inspector.office is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF (NEW.number, NEW.name, NEW.enrolled_at) IS DISTINCT FROM (OLD.number, OLD.name, OLD.enrolled_at) THEN
        RAISE EXCEPTION 'append-only: number and name of an office stay as they are'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION gpu_inspector.keep_office_apart() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- An index that keeps names apart would tell offices, by the rows it finds, which others there are.
    LOCK TABLE gpu_inspector.office IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM gpu_inspector.office AS o
               WHERE o.number <> NEW.number AND (o.name = NEW.name OR o.role = NEW.role)) THEN
        RAISE EXCEPTION 'office: another one has this name or this role' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION gpu_inspector.keep_watch_lists() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- One office alone cannot fill the disk of all.
    IF (SELECT count(*) > 1000 OR sum(octet_length(w.file)) > 1073741824
        FROM gpu_inspector.watch_list AS w WHERE w.office = NEW.office) THEN
        RAISE EXCEPTION 'watch-lists: this office has put in as many as fit' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION gpu_inspector.my_office() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT number FROM gpu_inspector.office WHERE role = session_user $$;
COMMENT ON FUNCTION gpu_inspector.my_office() IS 'The office that the role of this session belongs to, or NULL.';
CREATE FUNCTION gpu_inspector.my_sees() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT sees FROM gpu_inspector.office WHERE role = session_user $$;
COMMENT ON FUNCTION gpu_inspector.my_sees() IS 'What that office may see: own, sightings, everything; or NULL.';
CREATE FUNCTION gpu_inspector.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of gpu_inspector.% is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION gpu_inspector.search(terms text[], asked_office text, products text[], controls text[], since timestamp with time zone, until timestamp with time zone, beginnings text[], below bigint, most integer, patience_ms integer) RETURNS TABLE(arrival bigint, office text, seq bigint, id uuid, made_at timestamp with time zone, case_number text, product text, verdict text, condition text, control text, inspector text, site text, place text, cards integer, origin text, numbers text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
    only_in integer[] := gpu_inspector.visible_offices(coalesce(asked_office, ''));
    ends timestamptz := clock_timestamp() + make_interval(secs => least(greatest(patience_ms, 0), 2000) / 1000.0);
    timed boolean := since IS NOT NULL OR until IS NOT NULL;
    plain boolean := products IS NULL AND controls IS NULL AND beginnings IS NULL;
    upper bigint := (SELECT max(f.arrival) + 1 FROM gpu_inspector.found AS f);
    low bigint;
    block bigint;
    digits text;
    room integer := least(greatest(most, 0), 1000);
    got integer;
    way text := 'walk';
    one text;
    rare text := '';
    every text;
    wanted tsquery;
    looked_up tsquery;
    candidates bigint[];
BEGIN
    IF cardinality(terms) > 16 OR length(array_to_string(terms, '')) > 8000 THEN
        RAISE EXCEPTION 'search: too many words' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    upper := least(coalesce(below, upper), upper);
    IF upper IS NULL OR cardinality(only_in) = 0 THEN
        RETURN;
    END IF;
    IF only_in IS NOT NULL THEN
        terms := terms || (SELECT string_agg(format('''~=o%s''', o), ' | ') FROM unnest(only_in) AS o);
    END IF;
    every := (SELECT string_agg('(' || t || ')', ' & ') FROM unnest(terms) AS t);
    -- The newest rows are looked at one by one: a page of what is common stands there, and what is rare is seen.
    block := (upper - 1) >> 14;
    low := greatest(block << 14, upper - 2048);
    WHILE upper > 1 AND room > 0 LOOP
        IF way = 'walk' THEN
            digits := lpad(to_hex(block), 5, '0');
            wanted := replace(every, '~', digits)::tsquery;
            candidates := ARRAY(SELECT f.arrival FROM gpu_inspector.found AS f
                WHERE f.arrival >= low AND f.arrival < upper
                  AND (wanted IS NULL OR ts_match_vq(f.words, wanted))
                  AND (only_in IS NULL OR f.office = ANY(only_in))
                  AND (since IS NULL OR f.made_at >= since) AND (until IS NULL OR f.made_at < until)
                ORDER BY f.arrival DESC LIMIT CASE WHEN plain THEN room END);
        ELSIF way = 'time' THEN
            candidates := ARRAY(SELECT f.arrival
                FROM generate_series(block, low >> 14, -1) AS b CROSS JOIN LATERAL (
                    SELECT g.arrival FROM gpu_inspector.found AS g
                    WHERE (g.arrival >> 14) = b AND g.arrival + 0 < upper
                      AND g.made_at >= coalesce(since, '-infinity') AND g.made_at < coalesce(until, 'infinity')
                      AND (only_in IS NULL OR g.office = ANY(only_in))
                    ORDER BY g.arrival DESC LIMIT CASE WHEN plain THEN room END) AS f
                LIMIT CASE WHEN plain THEN room END);
        ELSE
            candidates := ARRAY(SELECT f.arrival
                FROM generate_series(block, low >> 14, -1) AS b CROSS JOIN LATERAL (
                    -- Made once a block, and not once a row.
                    SELECT replace(rare, '~', lpad(to_hex(b), 5, '0'))::tsquery AS few,
                           replace(every, '~', lpad(to_hex(b), 5, '0'))::tsquery AS whole OFFSET 0) AS q
                CROSS JOIN LATERAL (
                    SELECT g.arrival FROM gpu_inspector.found AS g
                    WHERE g.words @@ q.few AND g.arrival + 0 < upper
                      AND (rare = every OR ts_match_vq(g.words, q.whole))
                      AND (only_in IS NULL OR g.office = ANY(only_in))
                      AND (since IS NULL OR g.made_at >= since) AND (until IS NULL OR g.made_at < until)
                    ORDER BY g.arrival DESC LIMIT CASE WHEN plain THEN room END) AS f
                WHERE NOT timed OR EXISTS (SELECT FROM gpu_inspector.found AS h
                    WHERE (h.arrival >> 14) = b AND h.made_at >= coalesce(since, '-infinity')
                      AND h.made_at < coalesce(until, 'infinity'))
                LIMIT CASE WHEN plain THEN room END);
        END IF;
        IF cardinality(candidates) > 0 THEN
            RETURN QUERY SELECT f.arrival, o.name, l.seq, l.id, l.made_at, l.case_number, l.product, l.verdict,
                l.condition, l.control, l.inspector, l.site, l.place, l.cards, l.origin, l.numbers
            FROM unnest(candidates) WITH ORDINALITY AS c(arrival, place)
            JOIN gpu_inspector.found AS f ON f.arrival = c.arrival
            JOIN gpu_inspector.listing AS l ON l.office = f.office AND l.seq = f.seq
            JOIN gpu_inspector.office AS o ON o.number = f.office
            WHERE (products IS NULL OR lower(l.product) = ANY(products))
              AND (controls IS NULL OR lower(l.control) = ANY(controls))
              AND (beginnings IS NULL OR EXISTS (SELECT FROM gpu_inspector.number AS n
                   WHERE n.office = f.office AND n.seq = f.seq AND NOT n.keyed AND lower(n.value) ^@ ANY(beginnings)))
            ORDER BY c.place LIMIT room;
            GET DIAGNOSTICS got = ROW_COUNT;
            room := room - got;
        END IF;
        IF room > 0 AND way = 'walk' AND every IS NOT NULL THEN
            -- Of the rows just looked at, how many meet each question? The index is asked for the rare ones alone.
            FOREACH one IN ARRAY terms LOOP
                looked_up := replace(one, '~', digits)::tsquery;
                SELECT count(*) INTO got FROM gpu_inspector.found AS f
                WHERE f.arrival >= low AND f.arrival < upper AND ts_match_vq(f.words, looked_up);
                IF got * 16 <= upper - low THEN
                    rare := concat_ws(' & ', nullif(rare, ''), '(' || one || ')');
                END IF;
            END LOOP;
            rare := coalesce(nullif(rare, ''), every);
        END IF;
        upper := low;
        IF room > 0 AND upper > 1 AND clock_timestamp() >= ends THEN
            RETURN QUERY SELECT upper, NULL::text, NULL::bigint, NULL::uuid, NULL::timestamptz, NULL::text, NULL::text,
                NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::integer, NULL::text,
                NULL::text;
            RETURN;
        END IF;
        way := CASE WHEN every IS NOT NULL THEN 'words'
                    WHEN timed THEN 'time' ELSE 'walk' END;
        -- So many blocks at a time as leave the clock its say; the page ends within them by itself.
        block := (upper - 1) >> 14;
        low := CASE WHEN way = 'walk' THEN block WHEN plain THEN greatest(block - 31, 0)
                    ELSE greatest(block - 3, 0) END << 14;
    END LOOP;
END $$;
CREATE FUNCTION gpu_inspector.sightings(cards integer[], kinds text[], asked_values text[], keyed_ones boolean[], most integer) RETURNS TABLE(card integer, office text, day date, verdict text, product text, matched text[], differing text[], kind text, from_file boolean, keyed boolean, vouched boolean, digest bytea, total bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    me integer := gpu_inspector.my_office();
BEGIN
    IF me IS NULL OR gpu_inspector.my_sees() = 'own' THEN
        RETURN;
    END IF;
    IF cardinality(asked_values) > 2000 THEN
        RAISE EXCEPTION 'sightings: too many numbers' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT a.card, a.kind, lower(a.value) AS value, a.keyed
        FROM unnest(cards, kinds, asked_values, keyed_ones) AS a(card, kind, value, keyed)
    ), hit AS (
        -- What thousands of rows bear says nothing of one card; so many are enough to see that.
        SELECT a.card, n.office, n.seq, n.card AS theirs, n.keyed, array_agg(DISTINCT n.kind ORDER BY n.kind) AS matched
        FROM asked AS a CROSS JOIN LATERAL (
            SELECT m.office, m.seq, m.card, m.keyed, m.kind FROM gpu_inspector.number AS m
            WHERE m.kind = a.kind AND lower(m.value) = a.value AND m.keyed = a.keyed AND m.office <> me LIMIT 500) AS n
        GROUP BY a.card, n.office, n.seq, n.card, n.keyed
    ), best AS (
        SELECT DISTINCT ON (h.card, h.office, h.seq) h.* FROM hit AS h
        ORDER BY h.card, h.office, h.seq, cardinality(h.matched) DESC, h.theirs
    ), told AS (
        SELECT b.*, i.kind AS row_kind, i.digest AS row_digest, l.verdict AS said, l.product AS named, l.origin,
            coalesce(l.made_at, i.accepted_at)::date AS on_day, count(*) OVER w AS in_all,
            row_number() OVER (w ORDER BY coalesce(l.made_at, i.accepted_at) DESC, b.office, b.seq DESC) AS place
        FROM best AS b
        JOIN gpu_inspector.inspection AS i ON i.office = b.office AND i.seq = b.seq
        LEFT JOIN gpu_inspector.listing AS l ON l.office = b.office AND l.seq = b.seq
        WINDOW w AS (PARTITION BY b.card)
    )
    SELECT t.card, o.name, t.on_day, coalesce(t.said, ''), coalesce(t.named, ''), t.matched,
        ARRAY(SELECT DISTINCT n.kind FROM gpu_inspector.number AS n
              WHERE n.office = t.office AND n.seq = t.seq AND n.card = t.theirs AND n.keyed = t.keyed
                AND n.kind <> ALL(t.matched)
                AND EXISTS (SELECT FROM asked AS a WHERE a.card = t.card AND a.kind = n.kind AND a.keyed = t.keyed)),
        t.row_kind, coalesce(t.origin = 'file of unknown origin', false), t.keyed,
        t.row_kind = 'whole' AND EXISTS (SELECT FROM gpu_inspector.checkpoint AS c
                                         WHERE c.office = t.office AND c.seq >= t.seq),
        t.row_digest, t.in_all
    FROM told AS t JOIN gpu_inspector.office AS o ON o.number = t.office
    WHERE t.place <= least(greatest(most, 0), 100)
    ORDER BY t.card, t.place;
END $$;
CREATE FUNCTION gpu_inspector.tell_answer() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NOTIFY gpu_inspector_answer;
    RETURN NULL;
END $$;
CREATE FUNCTION gpu_inspector.visible_offices(asked text) RETURNS integer[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    me integer := gpu_inspector.my_office();
    everything boolean := coalesce(gpu_inspector.my_sees() = 'everything', false)
                          OR pg_has_role(session_user, 'gpu_inspector_registrar', 'member');
BEGIN
    -- NULL stands for all offices, an empty array for none.
    IF me IS NULL AND NOT everything THEN
        RAISE EXCEPTION 'no office: the role % belongs to none', session_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF asked <> '' THEN
        RETURN ARRAY(SELECT o.number FROM gpu_inspector.office AS o
                     WHERE lower(o.name) = lower(asked) AND (everything OR o.number = me));
    END IF;
    RETURN CASE WHEN everything THEN NULL ELSE ARRAY[me] END;
END $$;
CREATE FUNCTION gpu_inspector.watch_lists() RETURNS TABLE(digest bytea, office text, mine boolean, size integer, put_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT w.digest, o.name, w.office = gpu_inspector.my_office(), octet_length(w.file), w.put_at
    FROM gpu_inspector.watch_list AS w JOIN gpu_inspector.office AS o ON o.number = w.office
    WHERE w.office = gpu_inspector.my_office() OR gpu_inspector.my_sees() <> 'own'
    ORDER BY w.number DESC LIMIT 1000
$$;
CREATE TABLE gpu_inspector.answer (
    number bigint NOT NULL,
    office integer NOT NULL,
    batch uuid NOT NULL,
    accepted boolean NOT NULL,
    reason text NOT NULL,
    head_seq bigint NOT NULL,
    frontier bytea DEFAULT '\x'::bytea NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT answer_frontier_check CHECK ((octet_length(frontier) <= 2048)),
    CONSTRAINT answer_head_seq_check CHECK ((head_seq >= 0)),
    CONSTRAINT answer_reason_check CHECK ((octet_length(reason) <= 8000))
);
COMMENT ON TABLE gpu_inspector.answer IS 'What the registrar said to each batch; a refused one may come again.';
ALTER TABLE gpu_inspector.answer ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gpu_inspector.answer_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gpu_inspector.certificate (
    office integer NOT NULL,
    fingerprint text NOT NULL,
    name text NOT NULL,
    pem text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT certificate_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT certificate_name_check CHECK ((octet_length(name) <= 2000)),
    CONSTRAINT certificate_pem_check CHECK ((octet_length(pem) <= 65536))
);
COMMENT ON TABLE gpu_inspector.certificate IS 'Whose checkpoints are accepted for an office.';
CREATE TABLE gpu_inspector.checkpoint (
    office integer NOT NULL,
    seq bigint NOT NULL,
    digest bytea NOT NULL,
    root bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    fingerprint text NOT NULL,
    file bytea NOT NULL,
    CONSTRAINT checkpoint_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT checkpoint_file_check CHECK ((octet_length(file) <= 262144)),
    CONSTRAINT checkpoint_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT checkpoint_root_check CHECK ((octet_length(root) = 32)),
    CONSTRAINT checkpoint_seq_check CHECK ((seq > 0))
);
COMMENT ON TABLE gpu_inspector.checkpoint IS 'What an office''s key vouched for about its rows; some of them may still be on their way.';
CREATE TABLE gpu_inspector.found (
    arrival bigint NOT NULL,
    office integer NOT NULL,
    seq bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT found_arrival_check CHECK ((arrival > 0))
);
COMMENT ON TABLE gpu_inspector.found IS 'The words of the listing, in the order in which rows came; can be made anew.';
CREATE TABLE gpu_inspector.inbox (
    office integer DEFAULT gpu_inspector.my_office() NOT NULL,
    id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    packed bytea NOT NULL,
    checkpoint bytea,
    delivered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT inbox_check CHECK ((last_seq >= first_seq)),
    CONSTRAINT inbox_checkpoint_check CHECK ((octet_length(checkpoint) <= 262144)),
    CONSTRAINT inbox_first_seq_check CHECK ((first_seq > 0)),
    CONSTRAINT inbox_packed_check CHECK (((octet_length(packed) >= 1) AND (octet_length(packed) <= 67108864)))
);
ALTER TABLE ONLY gpu_inspector.inbox ALTER COLUMN packed SET STORAGE EXTERNAL;
COMMENT ON TABLE gpu_inspector.inbox IS 'Batches that were delivered and that the registrar has not looked at.';
CREATE TABLE gpu_inspector.inspection (
    office integer NOT NULL,
    seq bigint NOT NULL,
    prev bytea NOT NULL,
    digest bytea NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    body bytea,
    accepted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT inspection_check CHECK (((body IS NULL) = (kind = 'digest'::text))),
    CONSTRAINT inspection_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT inspection_kind_check CHECK ((kind = ANY (ARRAY['whole'::text, 'redacted'::text, 'digest'::text]))),
    CONSTRAINT inspection_prev_check CHECK ((octet_length(prev) = 32)),
    CONSTRAINT inspection_seq_check CHECK ((seq > 0))
)
PARTITION BY LIST (office);
ALTER TABLE ONLY gpu_inspector.inspection ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON TABLE gpu_inspector.inspection IS 'The rows of each office''s ledger; bodies are compressed already (zlib).';
CREATE TABLE gpu_inspector.inspection_all (
    office integer NOT NULL,
    seq bigint NOT NULL,
    prev bytea NOT NULL,
    digest bytea NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    body bytea,
    accepted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT inspection_check CHECK (((body IS NULL) = (kind = 'digest'::text))),
    CONSTRAINT inspection_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT inspection_kind_check CHECK ((kind = ANY (ARRAY['whole'::text, 'redacted'::text, 'digest'::text]))),
    CONSTRAINT inspection_prev_check CHECK ((octet_length(prev) = 32)),
    CONSTRAINT inspection_seq_check CHECK ((seq > 0))
);
ALTER TABLE ONLY gpu_inspector.inspection_all ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE gpu_inspector.listing (
    office integer NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
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
    papers text NOT NULL
);
COMMENT ON TABLE gpu_inspector.listing IS 'What a search looks through; made of the bodies, never believed over them.';
CREATE TABLE gpu_inspector.migration (
    number integer NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT migration_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT migration_number_check CHECK ((number > 0))
);
CREATE TABLE gpu_inspector.number (
    office integer NOT NULL,
    seq bigint NOT NULL,
    card integer NOT NULL,
    kind text NOT NULL,
    keyed boolean NOT NULL,
    value text NOT NULL,
    CONSTRAINT number_card_check CHECK ((card >= 0)),
    CONSTRAINT number_check CHECK (((NOT keyed) OR (value ~ '^[0-9a-f]{80}$'::text))),
    CONSTRAINT number_kind_check CHECK (((octet_length(kind) >= 1) AND (octet_length(kind) <= 100))),
    CONSTRAINT number_value_check CHECK (((octet_length(value) >= 1) AND (octet_length(value) <= 1000)))
);
COMMENT ON TABLE gpu_inspector.number IS 'Serials and UUIDs of cards, plain or as keyed digests.';
CREATE TABLE gpu_inspector.office (
    number integer NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    sees text NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT office_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 400))),
    CONSTRAINT office_number_check CHECK ((number > 0)),
    CONSTRAINT office_role_check CHECK (((octet_length(role) >= 1) AND (octet_length(role) <= 63))),
    CONSTRAINT office_sees_check CHECK ((sees = ANY (ARRAY['own'::text, 'sightings'::text, 'everything'::text])))
);
COMMENT ON TABLE gpu_inspector.office IS 'Who may push: a ledger''s office and the role that it comes as.';
CREATE TABLE gpu_inspector.turn (
    what integer NOT NULL
);
COMMENT ON TABLE gpu_inspector.turn IS 'Locks that no office can take, as it could an advisory one.';
CREATE TABLE gpu_inspector.watch_list (
    number bigint NOT NULL,
    office integer DEFAULT gpu_inspector.my_office() NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(file)) STORED NOT NULL,
    file bytea NOT NULL,
    put_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT watch_list_file_check CHECK (((octet_length(file) >= 1) AND (octet_length(file) <= 67108864)))
);
COMMENT ON TABLE gpu_inspector.watch_list IS 'Signed watch-lists as their offices put them here; whoever takes one examines its signature.';
ALTER TABLE gpu_inspector.watch_list ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gpu_inspector.watch_list_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gpu_inspector.withdrawal (
    office integer NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL,
    withdrawn_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT withdrawal_reason_check CHECK ((octet_length(reason) <= 2000))
);
COMMENT ON TABLE gpu_inspector.withdrawal IS 'Certificates that count no more, for good.';
ALTER TABLE ONLY gpu_inspector.inspection ATTACH PARTITION gpu_inspector.inspection_all DEFAULT;
COPY gpu_inspector.answer (number, office, batch, accepted, reason, head_seq, frontier, at) FROM stdin;
1	1	1e891b4c-925e-5a1e-ab54-fdc74fafe498	t	REASON of schema 1	2	\\x	2026-11-26 21:49:57.89132+00
\.
COPY gpu_inspector.certificate (office, fingerprint, name, pem, added_at) FROM stdin;
1	cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4	Office A, old key	none: a test's own	2026-11-26 21:49:57.665574+00
\.
COPY gpu_inspector.checkpoint (office, seq, digest, root, made_at, fingerprint, file) FROM stdin;
1	2	\\x1bcddd8a3ca986f3cf81ff72ff859665286c151d328d0247e9d5e564afc0ba63	\\x1bcddd8a3ca986f3cf81ff72ff859665286c151d328d0247e9d5e564afc0ba63	2026-11-24 09:30:00+00	5d17dd213d2f25e10618024fac98c97594b252829134a737c03df4d66e251bfb	\\x46494c45206f6620736368656d612031
\.
COPY gpu_inspector.found (arrival, office, seq, made_at, words) FROM stdin;
1	1	2	2026-11-26 21:49:57.750152+00	'00000old'
\.
COPY gpu_inspector.inbox (office, id, first_seq, last_seq, packed, checkpoint, delivered_at) FROM stdin;
1	766abffb-a919-597d-ae9b-c042a620146b	1	1	\\x7061636b6564	\N	2026-11-26 21:49:57.970333+00
\.
COPY gpu_inspector.inspection_all (office, seq, prev, digest, id, kind, body, accepted_at) FROM stdin;
1	1	\\x0000000000000000000000000000000000000000000000000000000000000000	\\x6bd5161aa5d76c8f469e77e3ad8ec0b5afac2fb6909eba1e7954e3057b4ea473	2ac9c3c9-3f92-55fa-9f23-37f771ae067d	whole	\\x7801011100eeff726f772031206f66206f666669636520313309057c	2026-11-26 21:49:57.750152+00
1	2	\\x6bd5161aa5d76c8f469e77e3ad8ec0b5afac2fb6909eba1e7954e3057b4ea473	\\x1bcddd8a3ca986f3cf81ff72ff859665286c151d328d0247e9d5e564afc0ba63	1e891b4c-925e-5a1e-ab54-fdc74fafe498	whole	\\x7801011100eeff726f772032206f66206f666669636520313316057d	2026-11-26 21:49:57.750152+00
1	3	\\x1bcddd8a3ca986f3cf81ff72ff859665286c151d328d0247e9d5e564afc0ba63	\\xa7d550b75aeab314b1e9ff592ec1f3de436350feb543d85d79f47575054af399	00248352-57c6-5654-9554-cc5a47d2c266	whole	\\x7801011100eeff726f772033206f66206f666669636520313323057e	2026-11-26 21:49:57.750152+00
\.
COPY gpu_inspector.listing (office, seq, id, made_at, case_number, product, verdict, condition, control, verdict_rank, condition_rank, inspector, site, place, cards, origin, numbers, papers) FROM stdin;
1	2	1e891b4c-925e-5a1e-ab54-fdc74fafe498	2026-11-24 09:30:00+00	CASE of schema 1	NVIDIA H100	CONSISTENT	SOUND	4A090	0	0	PERSON of schema 1	site	place	1	this machine	SERIAL of schema 1	
\.
COPY gpu_inspector.migration (number, name, digest, applied_at) FROM stdin;
1	chains, inbox, answers	\\xa4b04cd24c1050402d1290d792cfca590e1e415bebd98ff625620c74cc6abd46	2026-11-26 21:49:57.031279+00
2	search, sightings, watch-lists	\\x03f0b3107bce091a58d2f13c4077087c3cbf2b0733d74517571558eb876f6e26	2026-11-26 21:49:57.031279+00
\.
COPY gpu_inspector.number (office, seq, card, kind, keyed, value) FROM stdin;
1	2	0	serial	f	SERIAL of schema 1
\.
COPY gpu_inspector.office (number, name, role, sees, enrolled_at) FROM stdin;
1	Office A	gi_dump_a	own	2026-11-26 21:49:57.596918+00
\.
COPY gpu_inspector.turn (what) FROM stdin;
-1
-2
-3
1
\.
COPY gpu_inspector.watch_list (number, office, file, put_at) FROM stdin;
\.
COPY gpu_inspector.withdrawal (office, fingerprint, reason, withdrawn_at) FROM stdin;
1	cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4	lost	2026-11-26 21:49:57.697671+00
\.
SELECT pg_catalog.setval('gpu_inspector.answer_number_seq', 1, true);
SELECT pg_catalog.setval('gpu_inspector.watch_list_number_seq', 1, false);
ALTER TABLE ONLY gpu_inspector.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (number);
ALTER TABLE ONLY gpu_inspector.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (office, fingerprint);
ALTER TABLE ONLY gpu_inspector.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (office, seq);
ALTER TABLE ONLY gpu_inspector.found
    ADD CONSTRAINT found_office_seq_key UNIQUE (office, seq);
ALTER TABLE ONLY gpu_inspector.found
    ADD CONSTRAINT found_pkey PRIMARY KEY (arrival);
ALTER TABLE ONLY gpu_inspector.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (office, id);
ALTER TABLE ONLY gpu_inspector.inspection
    ADD CONSTRAINT inspection_office_id_key UNIQUE (office, id);
ALTER TABLE ONLY gpu_inspector.inspection_all
    ADD CONSTRAINT inspection_all_office_id_key UNIQUE (office, id);
ALTER TABLE ONLY gpu_inspector.inspection
    ADD CONSTRAINT inspection_pkey PRIMARY KEY (office, seq);
ALTER TABLE ONLY gpu_inspector.inspection_all
    ADD CONSTRAINT inspection_all_pkey PRIMARY KEY (office, seq);
ALTER TABLE ONLY gpu_inspector.listing
    ADD CONSTRAINT listing_pkey PRIMARY KEY (office, seq);
ALTER TABLE ONLY gpu_inspector.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY gpu_inspector.number
    ADD CONSTRAINT number_pkey PRIMARY KEY (office, seq, card, kind, value);
ALTER TABLE ONLY gpu_inspector.office
    ADD CONSTRAINT office_pkey PRIMARY KEY (number);
ALTER TABLE ONLY gpu_inspector.turn
    ADD CONSTRAINT turn_pkey PRIMARY KEY (what);
ALTER TABLE ONLY gpu_inspector.watch_list
    ADD CONSTRAINT watch_list_office_digest_key UNIQUE (office, digest);
ALTER TABLE ONLY gpu_inspector.watch_list
    ADD CONSTRAINT watch_list_pkey PRIMARY KEY (number);
ALTER TABLE ONLY gpu_inspector.withdrawal
    ADD CONSTRAINT withdrawal_pkey PRIMARY KEY (office, fingerprint);
CREATE INDEX answer_batch ON gpu_inspector.answer USING btree (office, batch);
CREATE INDEX found_time ON gpu_inspector.found USING btree (((arrival >> 14)), made_at);
CREATE INDEX found_words ON gpu_inspector.found USING gin (words) WITH (fastupdate=off);
CREATE INDEX number_keyed ON gpu_inspector.number USING btree ("left"(value, 16)) WHERE keyed;
CREATE INDEX number_value ON gpu_inspector.number USING btree (kind, lower(value));
ALTER INDEX gpu_inspector.inspection_office_id_key ATTACH PARTITION gpu_inspector.inspection_all_office_id_key;
ALTER INDEX gpu_inspector.inspection_pkey ATTACH PARTITION gpu_inspector.inspection_all_pkey;
CREATE TRIGGER answered AFTER DELETE ON gpu_inspector.inbox REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.answer FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.answer ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.certificate FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.certificate ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.checkpoint ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.inspection FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.inspection ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.inspection_all FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.inspection_all ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.listing FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.listing ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.migration FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.migration ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.number FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.number ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.watch_list FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.watch_list ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gpu_inspector.withdrawal FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.withdrawal ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.answer FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.answer ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.certificate FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.certificate ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.checkpoint FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.checkpoint ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.inspection_all FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.inspection_all ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.listing FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.listing ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.migration FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.migration ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.number FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.number ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.watch_list FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.watch_list ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER append_only_row BEFORE DELETE OR UPDATE ON gpu_inspector.withdrawal FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.withdrawal ENABLE ALWAYS TRIGGER append_only_row;
CREATE TRIGGER chain AFTER INSERT ON gpu_inspector.inspection REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_chain();
ALTER TABLE gpu_inspector.inspection ENABLE ALWAYS TRIGGER chain;
CREATE TRIGGER chain AFTER INSERT ON gpu_inspector.inspection_all REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_chain();
ALTER TABLE gpu_inspector.inspection_all ENABLE ALWAYS TRIGGER chain;
CREATE TRIGGER checkpoint_fits BEFORE INSERT ON gpu_inspector.checkpoint FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_checkpoint();
ALTER TABLE gpu_inspector.checkpoint ENABLE ALWAYS TRIGGER checkpoint_fits;
CREATE TRIGGER dated BEFORE INSERT ON gpu_inspector.answer FOR EACH ROW EXECUTE FUNCTION gpu_inspector.date_answer();
CREATE TRIGGER delivered AFTER INSERT ON gpu_inspector.inbox REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();
CREATE TRIGGER fits AFTER INSERT ON gpu_inspector.watch_list FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_watch_lists();
CREATE TRIGGER office_kept BEFORE TRUNCATE ON gpu_inspector.office FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_office();
CREATE TRIGGER office_stays BEFORE DELETE OR UPDATE ON gpu_inspector.office FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_office();
CREATE TRIGGER office_turn AFTER INSERT ON gpu_inspector.office FOR EACH ROW EXECUTE FUNCTION gpu_inspector.give_turn();
CREATE TRIGGER office_unlike BEFORE INSERT OR UPDATE ON gpu_inspector.office FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_office_apart();
CREATE TRIGGER told AFTER INSERT ON gpu_inspector.answer FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.tell_answer();
CREATE TRIGGER unchanged BEFORE UPDATE OR TRUNCATE ON gpu_inspector.inbox FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();
ALTER TABLE ONLY gpu_inspector.answer
    ADD CONSTRAINT answer_office_fkey FOREIGN KEY (office) REFERENCES gpu_inspector.office(number);
ALTER TABLE ONLY gpu_inspector.certificate
    ADD CONSTRAINT certificate_office_fkey FOREIGN KEY (office) REFERENCES gpu_inspector.office(number);
ALTER TABLE ONLY gpu_inspector.checkpoint
    ADD CONSTRAINT checkpoint_office_fkey FOREIGN KEY (office) REFERENCES gpu_inspector.office(number);
ALTER TABLE ONLY gpu_inspector.withdrawal
    ADD CONSTRAINT withdrawal_office_fingerprint_fkey FOREIGN KEY (office, fingerprint) REFERENCES gpu_inspector.certificate(office, fingerprint);
ALTER TABLE gpu_inspector.answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.found ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.inspection ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.office ENABLE ROW LEVEL SECURITY;
CREATE POLICY office_adds ON gpu_inspector.watch_list FOR INSERT TO gpu_inspector_office WITH CHECK ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_delivers ON gpu_inspector.inbox FOR INSERT TO gpu_inspector_office WITH CHECK ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.answer FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.certificate FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.checkpoint FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.inbox FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.inspection FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.office FOR SELECT TO gpu_inspector_office USING ((number = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY office_reads ON gpu_inspector.watch_list FOR SELECT TO gpu_inspector_office USING (((office = ( SELECT gpu_inspector.my_office() AS my_office)) OR (( SELECT gpu_inspector.my_sees() AS my_sees) <> 'own'::text)));
CREATE POLICY office_reads ON gpu_inspector.withdrawal FOR SELECT TO gpu_inspector_office USING ((office = ( SELECT gpu_inspector.my_office() AS my_office)));
CREATE POLICY reader_reads ON gpu_inspector.certificate FOR SELECT TO gpu_inspector_reader USING ((( SELECT gpu_inspector.my_sees() AS my_sees) = 'everything'::text));
CREATE POLICY reader_reads ON gpu_inspector.checkpoint FOR SELECT TO gpu_inspector_reader USING ((( SELECT gpu_inspector.my_sees() AS my_sees) = 'everything'::text));
CREATE POLICY reader_reads ON gpu_inspector.inspection FOR SELECT TO gpu_inspector_reader USING ((( SELECT gpu_inspector.my_sees() AS my_sees) = 'everything'::text));
CREATE POLICY reader_reads ON gpu_inspector.office FOR SELECT TO gpu_inspector_reader USING ((( SELECT gpu_inspector.my_sees() AS my_sees) = 'everything'::text));
CREATE POLICY reader_reads ON gpu_inspector.withdrawal FOR SELECT TO gpu_inspector_reader USING ((( SELECT gpu_inspector.my_sees() AS my_sees) = 'everything'::text));
CREATE POLICY registrar_adds ON gpu_inspector.answer FOR INSERT TO gpu_inspector_registrar WITH CHECK (true);
CREATE POLICY registrar_adds ON gpu_inspector.checkpoint FOR INSERT TO gpu_inspector_registrar WITH CHECK (true);
CREATE POLICY registrar_adds ON gpu_inspector.found FOR INSERT TO gpu_inspector_registrar WITH CHECK (true);
CREATE POLICY registrar_reads ON gpu_inspector.answer FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.certificate FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.checkpoint FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.found FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.inbox FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.inspection FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.office FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.watch_list FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_reads ON gpu_inspector.withdrawal FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_takes ON gpu_inspector.inbox FOR DELETE TO gpu_inspector_registrar USING (true);
ALTER TABLE gpu_inspector.watch_list ENABLE ROW LEVEL SECURITY;
ALTER TABLE gpu_inspector.withdrawal ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA gpu_inspector TO gpu_inspector_office;
GRANT USAGE ON SCHEMA gpu_inspector TO gpu_inspector_registrar;
REVOKE ALL ON FUNCTION gpu_inspector.date_answer() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.give_turn() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.head(OUT seq bigint, OUT digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.head(OUT seq bigint, OUT digest bytea) TO gpu_inspector_office;
REVOKE ALL ON FUNCTION gpu_inspector.hold(asked integer, waits boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.hold(asked integer, waits boolean) TO gpu_inspector_registrar;
REVOKE ALL ON FUNCTION gpu_inspector.keep_chain() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.keep_checkpoint() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.keep_inbox() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.keep_office() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.keep_office_apart() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.keep_watch_lists() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.my_office() FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.my_office() TO gpu_inspector_office;
GRANT ALL ON FUNCTION gpu_inspector.my_office() TO gpu_inspector_registrar;
REVOKE ALL ON FUNCTION gpu_inspector.my_sees() FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.my_sees() TO gpu_inspector_office;
GRANT ALL ON FUNCTION gpu_inspector.my_sees() TO gpu_inspector_registrar;
REVOKE ALL ON FUNCTION gpu_inspector.refuse_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.search(terms text[], asked_office text, products text[], controls text[], since timestamp with time zone, until timestamp with time zone, beginnings text[], below bigint, most integer, patience_ms integer) FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.search(terms text[], asked_office text, products text[], controls text[], since timestamp with time zone, until timestamp with time zone, beginnings text[], below bigint, most integer, patience_ms integer) TO gpu_inspector_office;
GRANT ALL ON FUNCTION gpu_inspector.search(terms text[], asked_office text, products text[], controls text[], since timestamp with time zone, until timestamp with time zone, beginnings text[], below bigint, most integer, patience_ms integer) TO gpu_inspector_registrar;
REVOKE ALL ON FUNCTION gpu_inspector.sightings(cards integer[], kinds text[], asked_values text[], keyed_ones boolean[], most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.sightings(cards integer[], kinds text[], asked_values text[], keyed_ones boolean[], most integer) TO gpu_inspector_office;
REVOKE ALL ON FUNCTION gpu_inspector.tell_answer() FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.visible_offices(asked text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.watch_lists() FROM PUBLIC;
GRANT ALL ON FUNCTION gpu_inspector.watch_lists() TO gpu_inspector_office;
GRANT SELECT,INSERT ON TABLE gpu_inspector.answer TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.answer TO gpu_inspector_office;
GRANT SELECT ON TABLE gpu_inspector.certificate TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.certificate TO gpu_inspector_office;
GRANT SELECT,INSERT ON TABLE gpu_inspector.checkpoint TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.checkpoint TO gpu_inspector_office;
GRANT SELECT,INSERT ON TABLE gpu_inspector.found TO gpu_inspector_registrar;
GRANT SELECT,DELETE ON TABLE gpu_inspector.inbox TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(office) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(id) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(first_seq) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(last_seq) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(packed) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT INSERT(checkpoint) ON TABLE gpu_inspector.inbox TO gpu_inspector_office;
GRANT SELECT ON TABLE gpu_inspector.inspection TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.inspection TO gpu_inspector_office;
GRANT INSERT ON TABLE gpu_inspector.inspection_all TO gpu_inspector_registrar;
GRANT SELECT,INSERT ON TABLE gpu_inspector.listing TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.migration TO gpu_inspector_office;
GRANT SELECT ON TABLE gpu_inspector.migration TO gpu_inspector_registrar;
GRANT SELECT,INSERT ON TABLE gpu_inspector.number TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.office TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.office TO gpu_inspector_office;
GRANT SELECT ON TABLE gpu_inspector.watch_list TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.watch_list TO gpu_inspector_office;
GRANT INSERT(file) ON TABLE gpu_inspector.watch_list TO gpu_inspector_office;
GRANT SELECT ON TABLE gpu_inspector.withdrawal TO gpu_inspector_registrar;
GRANT SELECT ON TABLE gpu_inspector.withdrawal TO gpu_inspector_office;
