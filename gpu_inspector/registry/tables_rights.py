"""The second half of the registry's first migration: triggers that keep the chains, and who may do what.

Nothing that was accepted is changed or taken away: no role but the owner has the right, and triggers refuse the owner
too, who would have to drop them in the open. Rights are given to groups, the offices and the registrars; which rows an
office has them on is decided row by row (row-level security), by the role that the session came in with. Offices that
see everything are in a group of their own: a policy that said "its own, or all" could use no index. The owner is not
bound by row-level security, since its functions look through all rows for those who may not.
"""

TRIGGERS = """
CREATE FUNCTION gpu_inspector.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of gpu_inspector.% is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

DO $$
DECLARE kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['migration', 'certificate', 'withdrawal', 'inspection', 'inspection_all',
                                'checkpoint', 'listing', 'number', 'answer'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gpu_inspector.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.refuse_change()', kept);
        EXECUTE format('ALTER TABLE ONLY gpu_inspector.%I ENABLE ALWAYS TRIGGER append_only', kept);
        CONTINUE WHEN kept = 'inspection'; -- its rows lie in the partition
        EXECUTE format('CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON gpu_inspector.%I
                        FOR EACH ROW EXECUTE FUNCTION gpu_inspector.refuse_change()', kept);
        EXECUTE format('ALTER TABLE gpu_inspector.%I ENABLE ALWAYS TRIGGER append_only_row', kept);
    END LOOP;
END $$;

CREATE FUNCTION gpu_inspector.keep_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE TRIGGER chain AFTER INSERT ON gpu_inspector.inspection REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_chain();
ALTER TABLE ONLY gpu_inspector.inspection ENABLE ALWAYS TRIGGER chain;
CREATE TRIGGER chain AFTER INSERT ON gpu_inspector.inspection_all REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_chain();
ALTER TABLE gpu_inspector.inspection_all ENABLE ALWAYS TRIGGER chain;

CREATE FUNCTION gpu_inspector.keep_checkpoint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE TRIGGER checkpoint_fits BEFORE INSERT ON gpu_inspector.checkpoint
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_checkpoint();
ALTER TABLE gpu_inspector.checkpoint ENABLE ALWAYS TRIGGER checkpoint_fits;

CREATE FUNCTION gpu_inspector.keep_inbox() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

CREATE TRIGGER delivered AFTER INSERT ON gpu_inspector.inbox REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();
CREATE TRIGGER answered AFTER DELETE ON gpu_inspector.inbox REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();
CREATE TRIGGER unchanged BEFORE UPDATE OR TRUNCATE ON gpu_inspector.inbox
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_inbox();

CREATE FUNCTION gpu_inspector.date_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A server's clock that was set back would make an answer older than what it answers.
    NEW.at := greatest(clock_timestamp(), (SELECT i.delivered_at FROM gpu_inspector.inbox AS i
                                           WHERE i.office = NEW.office AND i.id = NEW.batch));
    RETURN NEW;
END $$;

CREATE TRIGGER dated BEFORE INSERT ON gpu_inspector.answer
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.date_answer();

CREATE FUNCTION gpu_inspector.tell_answer() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NOTIFY gpu_inspector_answer;
    RETURN NULL;
END $$;

CREATE TRIGGER told AFTER INSERT ON gpu_inspector.answer
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.tell_answer();

CREATE FUNCTION gpu_inspector.keep_office() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- An index that keeps names apart would tell offices, by the rows it finds, which others there are.
    LOCK TABLE gpu_inspector.office IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM gpu_inspector.office AS o
               WHERE o.number <> NEW.number AND (o.name = NEW.name OR o.role = NEW.role)) THEN
        RAISE EXCEPTION 'office: another one has this name or this role' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER office_unlike BEFORE INSERT OR UPDATE ON gpu_inspector.office
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_office_apart();
CREATE TRIGGER office_stays BEFORE UPDATE OR DELETE ON gpu_inspector.office
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.keep_office();
CREATE TRIGGER office_kept BEFORE TRUNCATE ON gpu_inspector.office
FOR EACH STATEMENT EXECUTE FUNCTION gpu_inspector.keep_office();

CREATE FUNCTION gpu_inspector.give_turn() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO gpu_inspector.turn(what) VALUES (NEW.number);
    RETURN NULL;
END $$;

CREATE TRIGGER office_turn AFTER INSERT ON gpu_inspector.office
FOR EACH ROW EXECUTE FUNCTION gpu_inspector.give_turn();
"""

RIGHTS = """
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['office', 'certificate', 'withdrawal', 'inspection', 'checkpoint', 'inbox',
                               'answer'] LOOP
        EXECUTE format('ALTER TABLE gpu_inspector.%I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY registrar_reads ON gpu_inspector.%I FOR SELECT
                        TO gpu_inspector_registrar USING (true)', one);
        EXECUTE format('GRANT SELECT ON gpu_inspector.%I TO gpu_inspector_registrar, gpu_inspector_office', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['certificate', 'withdrawal', 'inspection', 'checkpoint'] LOOP
        EXECUTE format('CREATE POLICY reader_reads ON gpu_inspector.%I FOR SELECT TO gpu_inspector_reader
                        USING ((SELECT gpu_inspector.my_sees()) = ''everything'')', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['certificate', 'withdrawal', 'inspection', 'checkpoint', 'inbox', 'answer'] LOOP
        EXECUTE format('CREATE POLICY office_reads ON gpu_inspector.%I FOR SELECT TO gpu_inspector_office
                        USING (office = (SELECT gpu_inspector.my_office()))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['checkpoint', 'answer'] LOOP
        EXECUTE format('CREATE POLICY registrar_adds ON gpu_inspector.%I FOR INSERT
                        TO gpu_inspector_registrar WITH CHECK (true)', one);
    END LOOP;
END $$;

CREATE POLICY office_reads ON gpu_inspector.office FOR SELECT TO gpu_inspector_office
USING (number = (SELECT gpu_inspector.my_office()));
CREATE POLICY reader_reads ON gpu_inspector.office FOR SELECT TO gpu_inspector_reader
USING ((SELECT gpu_inspector.my_sees()) = 'everything');
CREATE POLICY office_delivers ON gpu_inspector.inbox FOR INSERT TO gpu_inspector_office
WITH CHECK (office = (SELECT gpu_inspector.my_office()));
CREATE POLICY registrar_takes ON gpu_inspector.inbox FOR DELETE TO gpu_inspector_registrar USING (true);

GRANT USAGE ON SCHEMA gpu_inspector TO gpu_inspector_office, gpu_inspector_registrar;
GRANT SELECT ON gpu_inspector.migration TO gpu_inspector_office, gpu_inspector_registrar;
GRANT INSERT (office, id, first_seq, last_seq, packed, checkpoint) ON gpu_inspector.inbox TO gpu_inspector_office;
GRANT DELETE ON gpu_inspector.inbox TO gpu_inspector_registrar;
GRANT INSERT ON gpu_inspector.inspection_all, gpu_inspector.checkpoint, gpu_inspector.listing, gpu_inspector.number,
                gpu_inspector.answer TO gpu_inspector_registrar;
GRANT SELECT ON gpu_inspector.listing, gpu_inspector.number TO gpu_inspector_registrar;

GRANT EXECUTE ON FUNCTION gpu_inspector.my_office(), gpu_inspector.my_sees()
TO gpu_inspector_office, gpu_inspector_registrar;
GRANT EXECUTE ON FUNCTION gpu_inspector.head() TO gpu_inspector_office;
GRANT EXECUTE ON FUNCTION gpu_inspector.hold(integer, boolean) TO gpu_inspector_registrar;
"""
