-- Of what a generation's statistics count, from its beginning (store/statistics.py): 1 is what they were before this step. The counts
-- by source, and of refusals, begin now; a rebuild makes them whole.
alter table progress add column statistics_version integer not null default 1;

-- Events by who posted them, as the gateway knows it. Each partition of the history has its own index.
do $$
declare
    part record;
begin
    for part in
        select c.oid::regclass as name, c.relname from pg_partition_tree('history'::regclass) tree join pg_class c on c.oid = tree.relid
        where tree.isleaf
    loop
        execute format('create index %I on %s (hashtextextended(source, 0), occurred_at)', part.relname || '_source', part.name);
    end loop;
end $$;

-- How long events took from their arrival until they were readable: per minute in which they became so, and process, how many took
-- `bound_ms` at most and more than the bound before. Of the last hour; it belongs to no generation.
create table latencies (
    owner text collate "C" not null,
    minute bigint not null,
    bound_ms bigint not null,
    events bigint not null,
    primary key (owner, minute, bound_ms)
);
create index latencies_minute on latencies (minute);
