"""The search of the registry once more, as SQL: blocks four times as large, and rows of frequent beginnings as bits.

What made the first search slow in a large registry was the number of its blocks, each of which is asked, and two
frequent words that never meet: all places of both were compared. Blocks have 65,536 rows now. As soon as one is full,
`frequent` keeps for each beginning of a word that at least `bitmaps.LEAST` of its rows have which rows these are, a bit
a row; so of a block that is full either the bits answer at once, or a word is rare and the index of words names its
rows, of sixteen blocks in one statement. The rows of the last block, which is not full, are found by the index alone.
"""

BLOCKS = """
-- Its words begin with the number of a block; the gate makes it anew.
TRUNCATE gpu_inspector.found;

CREATE TABLE gpu_inspector.frequent(
    block bigint NOT NULL CHECK (block >= 0),
    word text COLLATE "C" NOT NULL,
    places bit(65536) NOT NULL,
    PRIMARY KEY (block, word)
);
COMMENT ON TABLE gpu_inspector.frequent IS
    'Of a block of found that is full: which rows have a word that begins so; can be made anew.';
ALTER TABLE gpu_inspector.frequent ENABLE ROW LEVEL SECURITY;
CREATE POLICY registrar_reads ON gpu_inspector.frequent FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY registrar_adds ON gpu_inspector.frequent FOR INSERT TO gpu_inspector_registrar WITH CHECK (true);
GRANT SELECT, INSERT ON gpu_inspector.frequent TO gpu_inspector_registrar;

CREATE OR REPLACE FUNCTION gpu_inspector.search(
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
    full_until bigint := (SELECT max(k.block) FROM gpu_inspector.frequent AS k);
    low bigint;
    top bigint;
    digits text;
    room integer := least(greatest(most, 0), 1000);
    got integer;
    way text := 'walk';
    one text;
    every text;
    rare text;
    rare_in_open text := '';
    rare_lately text;
    rare_words text[];
    there boolean;
    term_numbers integer[] := '{}';
    term_words text[] := '{}';
    in_bits integer[];
    often integer[];
    meeting bit varying;
    few tsquery;
    wanted tsquery;
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
    -- What the bits can answer: a word, the beginning of one, or any of some; a whole word ends with "!".
    SELECT coalesce(array_agg(t.number::integer), '{}'),
        coalesce(array_agg(w.parts[1] || CASE WHEN w.parts[2] IS NULL THEN '!' ELSE '' END), '{}')
    INTO term_numbers, term_words
    FROM unnest(terms) WITH ORDINALITY AS t(term, number)
    CROSS JOIN LATERAL unnest(string_to_array(t.term, ' | ')) AS a(alternative)
    CROSS JOIN LATERAL (SELECT regexp_match(a.alternative, '^''~([^''\\\\!]+)''(:\\*)?$') AS parts) AS w
    WHERE t.term ~ '^''~[^''\\\\!]+''(:\\*)?( \\| ''~[^''\\\\!]+''(:\\*)?)*$';
    -- Of the last block, which is not full, the index is asked for what is rare in the one before it.
    IF (upper - 1) >> 16 > full_until THEN
        SELECT string_agg('(' || t.term || ')', ' & ') INTO rare_in_open
        FROM unnest(terms) WITH ORDINALITY AS t(term, number)
        WHERE 4096 >= coalesce((
            SELECT sum(bit_count(k.places)) FROM unnest(term_numbers, term_words) AS a(number, word)
            CROSS JOIN LATERAL (SELECT f.word, f.places FROM gpu_inspector.frequent AS f
                WHERE f.block = full_until AND f.word >= a.word ORDER BY f.word LIMIT 1) AS k
            WHERE a.number = t.number AND k.word ^@ a.word), 0);
    END IF;
    -- What the newest full block has too little of for bits is likely to be rare in older ones, and looked for in many.
    SELECT string_agg('(' || t.term || ')', ' & '), array_agg(t.words) INTO rare_lately, rare_words
    FROM (SELECT u.term, (SELECT string_agg(a.word, ' ') FROM unnest(term_numbers, term_words) AS a(number, word)
                          WHERE a.number = u.number) AS words
          FROM unnest(terms) WITH ORDINALITY AS u(term, number)) AS t
    WHERE full_until IS NOT NULL AND NOT EXISTS (
        SELECT FROM unnest(string_to_array(t.words, ' ')) AS w CROSS JOIN LATERAL (
            SELECT f.word FROM gpu_inspector.frequent AS f WHERE f.block = full_until AND f.word >= w
            ORDER BY f.word LIMIT 1) AS k WHERE k.word ^@ w);
    rare_words := string_to_array(array_to_string(rare_words, ' '), ' ');
    -- The newest rows are looked at one by one: a page of what is common stands there, and what is rare is seen.
    low := greatest((upper - 1) >> 16 << 16, upper - 2048);
    WHILE upper > 1 AND room > 0 LOOP
        candidates := NULL;
        digits := lpad(to_hex((upper - 1) >> 16), 5, '0');
        wanted := replace(every, '~', digits)::tsquery;
        IF way = 'walk' THEN
            candidates := ARRAY(SELECT f.arrival FROM gpu_inspector.found AS f
                WHERE f.arrival >= low AND f.arrival < upper
                  AND (wanted IS NULL OR ts_match_vq(f.words, wanted))
                  AND (only_in IS NULL OR f.office = ANY(only_in))
                  AND (since IS NULL OR f.made_at >= since) AND (until IS NULL OR f.made_at < until)
                ORDER BY f.arrival DESC LIMIT CASE WHEN plain THEN room END);
        ELSIF way = 'time' THEN
            candidates := ARRAY(SELECT f.arrival
                FROM generate_series((upper - 1) >> 14, low >> 14, -1) AS b CROSS JOIN LATERAL (
                    SELECT g.arrival FROM gpu_inspector.found AS g
                    WHERE (g.arrival >> 14) = b AND g.arrival + 0 < upper
                      AND g.made_at >= coalesce(since, '-infinity') AND g.made_at < coalesce(until, 'infinity')
                      AND (only_in IS NULL OR g.office = ANY(only_in))
                    ORDER BY g.arrival DESC LIMIT CASE WHEN plain THEN room END) AS f
                LIMIT CASE WHEN plain THEN room END);
        ELSIF way = 'many' THEN
            candidates := ARRAY(SELECT f.arrival
                FROM generate_series((upper - 1) >> 16, low >> 16, -1) AS b CROSS JOIN LATERAL (
                    -- Made once a block, and not once a row.
                    SELECT replace(rare_lately, '~', lpad(to_hex(b), 5, '0'))::tsquery AS few,
                           replace(every, '~', lpad(to_hex(b), 5, '0'))::tsquery AS whole OFFSET 0) AS q
                CROSS JOIN LATERAL (
                    SELECT g.arrival FROM gpu_inspector.found AS g
                    WHERE g.words @@ q.few AND g.arrival + 0 < upper
                      AND (rare_lately = every OR ts_match_vq(g.words, q.whole))
                      AND (only_in IS NULL OR g.office = ANY(only_in))
                      AND (since IS NULL OR g.made_at >= since) AND (until IS NULL OR g.made_at < until)
                    ORDER BY g.arrival DESC LIMIT CASE WHEN plain THEN room END) AS f
                WHERE NOT timed OR EXISTS (SELECT FROM generate_series(b << 2, (b << 2) + 3) AS d
                    CROSS JOIN LATERAL (SELECT FROM gpu_inspector.found AS h
                        WHERE (h.arrival >> 14) = d AND h.made_at >= coalesce(since, '-infinity')
                          AND h.made_at < coalesce(until, 'infinity') LIMIT 1) AS any_of)
                LIMIT CASE WHEN plain THEN room END);
        ELSE
            there := true;
            IF timed THEN
                there := EXISTS (SELECT FROM generate_series(low >> 14, (upper - 1) >> 14) AS d
                    CROSS JOIN LATERAL (SELECT FROM gpu_inspector.found AS h
                        WHERE (h.arrival >> 14) = d AND h.made_at >= coalesce(since, '-infinity')
                          AND h.made_at < coalesce(until, 'infinity') LIMIT 1) AS any_of);
            END IF;
            in_bits := NULL;
            often := NULL;
            meeting := NULL;
            IF there AND (upper - 1) >> 16 <= full_until THEN
                SELECT bit_and(t.places) FILTER (WHERE t.whole), array_agg(t.number) FILTER (WHERE t.whole),
                    array_agg(t.number) INTO meeting, in_bits, often
                FROM (SELECT a.number, bit_or(k.places) AS places, count(*) = count(k.places) AS whole
                      FROM unnest(term_numbers, term_words) AS a(number, word)
                      LEFT JOIN LATERAL (SELECT f.word, f.places FROM gpu_inspector.frequent AS f
                          WHERE f.block = (upper - 1) >> 16 AND f.word >= a.word
                          ORDER BY f.word LIMIT 1) AS k ON k.word ^@ a.word
                      GROUP BY a.number HAVING count(k.places) > 0) AS t;
            END IF;
            IF NOT there OR bit_count(meeting) = 0 THEN
                NULL; -- no row has them all
            ELSIF cardinality(in_bits) = cardinality(terms) THEN
                top := (upper - 1) >> 16 << 16;
                IF NOT plain THEN
                    low := greatest(low, (upper - 1) >> 14 << 14); -- each of them is looked at: leave the clock its say
                END IF;
                candidates := ARRAY(SELECT f.arrival
                    FROM generate_series(((upper - 1 - top) >> 10)::integer, ((low - top) >> 10)::integer, -1) AS i
                    CROSS JOIN LATERAL (SELECT substring(meeting FROM i * 1024 + 1 FOR 1024) AS bits OFFSET 0) AS p
                    CROSS JOIN LATERAL generate_series(CASE WHEN bit_count(p.bits) > 0 THEN 31 ELSE -1 END, 0, -1) AS j
                    CROSS JOIN LATERAL (SELECT substring(p.bits FROM j * 32 + 1 FOR 32) AS bits OFFSET 0) AS q
                    CROSS JOIN LATERAL generate_series(
                        CASE bit_count(q.bits) WHEN 0 THEN -1 WHEN 1 THEN position(B'1' IN q.bits) - 1 ELSE 31 END,
                        CASE bit_count(q.bits) WHEN 1 THEN position(B'1' IN q.bits) - 1 ELSE 0 END, -1) AS n
                    CROSS JOIN LATERAL (SELECT g.arrival FROM gpu_inspector.found AS g
                        WHERE g.arrival = top + i * 1024 + j * 32 + n AND g.arrival + 0 < upper
                          AND (only_in IS NULL OR g.office = ANY(only_in))
                          AND (since IS NULL OR g.made_at >= since) AND (until IS NULL OR g.made_at < until)
                        LIMIT 1) AS f
                    WHERE get_bit(q.bits, n) = 1
                    LIMIT CASE WHEN plain THEN room END);
            ELSE
                rare := every;
                IF often IS NOT NULL THEN
                    rare := coalesce((SELECT string_agg('(' || t.term || ')', ' & ')
                        FROM unnest(terms) WITH ORDINALITY AS t(term, number) WHERE t.number <> ALL(often)), every);
                ELSIF (upper - 1) >> 16 > coalesce(full_until, -1) THEN
                    rare := coalesce(nullif(rare_in_open, ''), every);
                END IF;
                few := replace(rare, '~', digits)::tsquery;
                candidates := ARRAY(SELECT f.arrival FROM (
                    SELECT g.arrival FROM gpu_inspector.found AS g
                    WHERE g.words @@ few AND g.arrival + 0 < upper
                      AND (rare = every OR ts_match_vq(g.words, wanted))
                      AND (only_in IS NULL OR g.office = ANY(only_in))
                      AND (since IS NULL OR g.made_at >= since) AND (until IS NULL OR g.made_at < until) OFFSET 0) AS f
                    ORDER BY f.arrival DESC LIMIT CASE WHEN plain THEN room END);
            END IF;
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
        IF room > 0 AND way = 'walk' AND every IS NOT NULL AND full_until IS NULL THEN
            -- Of the rows just looked at, how many meet each question? The index is asked for the rare ones alone.
            FOREACH one IN ARRAY terms LOOP
                few := replace(one, '~', digits)::tsquery;
                SELECT count(*) INTO got FROM gpu_inspector.found AS f
                WHERE f.arrival >= low AND f.arrival < upper AND ts_match_vq(f.words, few);
                IF got * 16 <= upper - low THEN
                    rare_in_open := concat_ws(' & ', nullif(rare_in_open, ''), '(' || one || ')');
                END IF;
            END LOOP;
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
        -- So many rows at a time as leave the clock its say; the page ends within them by itself.
        low := CASE WHEN way = 'words' THEN (upper - 1) >> 16 << 16
                    WHEN way = 'walk' THEN (upper - 1) >> 14 << 14
                    ELSE greatest(((upper - 1) >> 14) - CASE WHEN plain THEN 31 ELSE 3 END, 0) << 14 END;
        IF way = 'words' AND rare_lately IS NOT NULL AND (upper - 1) >> 16 <= full_until
            AND NOT EXISTS (SELECT FROM generate_series(greatest(((upper - 1) >> 16) - 15, 0), (upper - 1) >> 16) AS b
                CROSS JOIN unnest(rare_words) AS w CROSS JOIN LATERAL (
                    SELECT f.word FROM gpu_inspector.frequent AS f WHERE f.block = b AND f.word >= w
                    ORDER BY f.word LIMIT 1) AS k WHERE k.word ^@ w) THEN
            way := 'many';
            low := greatest(((upper - 1) >> 16) - 15, 0) << 16;
        END IF;
    END LOOP;
END $$;
"""
