-- The history in partitions by arrival, so that old ones can go whole. Partitions for the days between these two are made ahead
-- and when they are needed (store/postgresql_partitions.py). Each has indexes of its own and none are declared here: a unique
-- one would have to hold the arrival, and so be none. What was there becomes the first partition as it is.
alter table history rename to history_before;
create table history (like history_before including defaults) partition by range (received_at);

-- Arrivals from 2100 on, which are nonsense, are kept apart: they never grow old.
create table history_late (like history_before including all);
alter table history attach partition history_late for values from (4102444800000) to (maxvalue);
do $$
declare
    newest bigint;
begin
    with late as (delete from history_before where received_at >= 4102444800000 returning *)
    insert into history select * from late;
    select max(received_at) into newest from history_before;
    execute format(
        'alter table history attach partition history_before for values from (minvalue) to (%s)',
        -- The day after the newest; 2020 where there is none.
        greatest(coalesce((newest / 86400000 + 1) * 86400000, 0), 1577836800000)
    );
end $$;

-- Events that arrived before `horizon` are expired: their history is gone or about to go, and they are not applied (again). One
-- row; null: there is no such moment.
create table retention (
    horizon bigint
);
insert into retention values (null);
