-- Addresses that were erased (see the tables of the same names in PostgreSQL's step).
create table erasures (
    number integer primary key autoincrement,
    address_hash blob not null unique,
    erased_at integer not null
) strict;
create table erasure_key (check_value blob not null) strict;
