"""What one office learns of another's cards, and the watch-lists between them, as SQL.

A sighting tells office, day, verdict, product, which of the asked numbers are equal and which kinds differ, and what
kind of row it is. It never tells a case, a person, or a number that was not asked for.
"""

SIGHTINGS = """
CREATE INDEX number_keyed ON gpu_inspector.number(left(value, 16)) WHERE keyed;
CREATE FUNCTION gpu_inspector.sightings(
    cards integer[], kinds text[], asked_values text[], keyed_ones boolean[], most integer
) RETURNS TABLE(
    card integer, office text, day date, verdict text, product text, matched text[], differing text[], kind text,
    from_file boolean, keyed boolean, vouched boolean, digest bytea, total bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
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
REVOKE ALL ON FUNCTION gpu_inspector.sightings(integer[], text[], text[], boolean[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gpu_inspector.sightings(integer[], text[], text[], boolean[], integer)
TO gpu_inspector_office;
"""

WATCH = """
CREATE TABLE gpu_inspector.watch_list(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office integer NOT NULL DEFAULT gpu_inspector.my_office(),
    digest bytea NOT NULL GENERATED ALWAYS AS (sha256(file)) STORED,
    file bytea NOT NULL CHECK (octet_length(file) BETWEEN 1 AND 67108864),
    put_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (office, digest)
);
COMMENT ON TABLE gpu_inspector.watch_list IS 'Signed watch-lists as their offices put them here; whoever takes one'
    ' examines its signature.';
ALTER TABLE gpu_inspector.watch_list ENABLE ROW LEVEL SECURITY;
CREATE POLICY registrar_reads ON gpu_inspector.watch_list FOR SELECT TO gpu_inspector_registrar USING (true);
CREATE POLICY office_reads ON gpu_inspector.watch_list FOR SELECT TO gpu_inspector_office
USING (office = (SELECT gpu_inspector.my_office()) OR (SELECT gpu_inspector.my_sees()) <> 'own');
CREATE POLICY office_adds ON gpu_inspector.watch_list FOR INSERT TO gpu_inspector_office
WITH CHECK (office = (SELECT gpu_inspector.my_office()));
GRANT SELECT ON gpu_inspector.watch_list TO gpu_inspector_registrar, gpu_inspector_office;
GRANT INSERT (file) ON gpu_inspector.watch_list TO gpu_inspector_office;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gpu_inspector.watch_list
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change();
CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON gpu_inspector.watch_list
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change();
ALTER TABLE gpu_inspector.watch_list ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE gpu_inspector.watch_list ENABLE ALWAYS TRIGGER append_only_row;

CREATE FUNCTION gpu_inspector.keep_watch_lists() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One office alone cannot fill the disk of all.
    IF (SELECT count(*) > 1000 OR sum(octet_length(w.file)) > 1073741824
        FROM gpu_inspector.watch_list AS w WHERE w.office = NEW.office) THEN
        RAISE EXCEPTION 'watch-lists: this office has put in as many as fit' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION gpu_inspector.keep_watch_lists() FROM PUBLIC;
CREATE TRIGGER fits AFTER INSERT ON gpu_inspector.watch_list
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_watch_lists();

CREATE FUNCTION gpu_inspector.watch_lists()
RETURNS TABLE(digest bytea, office text, mine boolean, size integer, put_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.digest, o.name, w.office = gpu_inspector.my_office(), octet_length(w.file), w.put_at
    FROM gpu_inspector.watch_list AS w JOIN gpu_inspector.office AS o ON o.number = w.office
    WHERE w.office = gpu_inspector.my_office() OR gpu_inspector.my_sees() <> 'own'
    ORDER BY w.number DESC LIMIT 1000
$$;
REVOKE ALL ON FUNCTION gpu_inspector.watch_lists() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gpu_inspector.watch_lists() TO gpu_inspector_office;
"""
