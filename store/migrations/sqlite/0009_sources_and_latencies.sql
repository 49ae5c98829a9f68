-- See PostgreSQL's step of the same number.
alter table progress add column statistics_version integer not null default 1;

create index history_source on history (source, occurred_at);

create table latencies (
    owner text not null,
    minute integer not null,
    bound_ms integer not null,
    events integer not null,
    primary key (owner, minute, bound_ms)
) strict, without rowid;
create index latencies_minute on latencies (minute);
