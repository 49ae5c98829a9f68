-- Indexes of lists lead with the hash of a text instead of the text: 16 bytes of the same width in each entry, which are
-- compared as integers. Whoever reads asks for the hash and for the text (`same_text` in store/filters.py), so that two texts of
-- one hash are not taken for one another. The server works the hash out, by the function of its own hash indexes and partitions.
drop index messages_phase;
create index messages_phase on messages (hashtextextended(phase, 0), last_event_at);

drop index deliveries_recipient, deliveries_domain, deliveries_phase, deliveries_category;
create index deliveries_recipient on deliveries (hashtextextended(recipient, 0), last_event_at);
create index deliveries_domain on deliveries (hashtextextended(domain, 0), last_event_at);
create index deliveries_phase on deliveries (hashtextextended(phase, 0), last_event_at);
create index deliveries_category on deliveries (hashtextextended(category, 0), last_event_at) where category is not null;

-- Each partition of the history has its own, named after it and the leading column (store/postgresql/partitions.py); those that
-- are made later are like one of these.
do $$
declare
    led record;
begin
    for led in
        select i.indexrelid::regclass as index_name, c.oid::regclass as part, a.attname as leading,
            c.relname || '_' || a.attname as new_name, coalesce(' where ' || pg_get_expr(i.indpred, i.indrelid), '') as condition
        from pg_partition_tree('history'::regclass) tree
        join pg_class c on c.oid = tree.relid
        join pg_index i on i.indrelid = tree.relid
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where tree.isleaf and not i.indisunique
    loop
        if led.leading in ('kind', 'domain', 'recipient') then
            execute format('drop index %s', led.index_name);
            execute format(
                'create index %I on %s (hashtextextended(%I, 0), occurred_at)%s',
                led.new_name, led.part, led.leading, led.condition
            );
        else
            execute format('alter index %s rename to %I', led.index_name, led.new_name);
        end if;
    end loop;
end $$;

-- A row of the counts changes many times, but not its key: with room on its page a change writes no entry of the index.
alter table statistics set (fillfactor = 50);
