-- Addresses that were erased, as hashes under a key, in the order in which they were; and a check value of that key: one row.
create table erasures (
    number bigint generated always as identity primary key,
    address_hash bytea not null unique,
    erased_at bigint not null
);
create table erasure_key (check_value bytea not null);
