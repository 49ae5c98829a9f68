-- Counts of distinct events, kept as they arrive (see the table of the same name in PostgreSQL's step).
create table statistics (
    span text not null,
    dimension text not null,
    bucket integer not null,
    value text not null,
    sender text not null,
    kind text not null,
    total integer not null,
    primary key (span, dimension, bucket, value, sender, kind)
) strict, without rowid;
