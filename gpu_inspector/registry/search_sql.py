"""The search of the registry as SQL: its index, which is filled after the fact, and the one function that reads it.

The operators of full text are not leakproof, so under row-level security no index of them would be used. The function
runs with its owner's rights instead, and says itself which offices' rows the asking session may see.

It goes by blocks of 16,384 rows, the newest first, and stops when the page is full or its time is over: so no question
can hold the server, however few or many rows it fits. What it did not get to is said by a last line without an id.
"""

SEARCH = """
CREATE TABLE gpu_inspector.found(
    arrival bigint PRIMARY KEY CHECK (arrival > 0),
    office integer NOT NULL,
    seq bigint NOT NULL,
    made_at timestamptz NOT NULL,
    words tsvector NOT NULL,
    UNIQUE (office, seq)
);
-- A list of entries that are not sorted in yet would be read through once for every block.
CREATE INDEX found_words ON gpu_inspector.found USING gin(words) WITH (fastupdate = off);
CREATE INDEX found_time ON gpu_inspector.found((arrival >> 14), made_at);
COMMENT ON TABLE gpu_inspector.found IS 'The words of the listing, in the order in which rows came; can be made anew.';
ALTER TABLE gpu_inspector.found ENABLE ROW LEVEL SECURITY;
CREATE POLICY registrar_reads ON gpu_inspector.found FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_adds ON gpu_inspector.found FOR INSERT TO gpu_inspector_registrar WITH CHECK (true);
GRANT SELECT, INSERT ON gpu_inspector.found TO gpu_inspector_registrar;

CREATE FUNCTION gpu_inspector.visible_offices(asked text) RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE FUNCTION gpu_inspector.search(
    terms text[], asked_office text, products text[], controls text[], since timestamptz, until timestamptz,
    beginnings text[], below bigint, most integer, patience_ms integer
) RETURNS TABLE(
    arrival bigint, office text, seq bigint, id uuid, made_at timestamptz, case_number text, product text,
    verdict text, condition text, control text, inspector text, site text, place text, cards integer, origin text,
    numbers text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
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
REVOKE ALL ON FUNCTION gpu_inspector.visible_offices(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION gpu_inspector.search(text[], text, text[], text[], timestamptz, timestamptz, text[], bigint,
    integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gpu_inspector.search(text[], text, text[], text[], timestamptz, timestamptz, text[], bigint,
    integer, integer) TO gpu_inspector_office, gpu_inspector_registrar;
"""
