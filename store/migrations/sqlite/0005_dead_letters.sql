-- The dead letters of the topic (see the tables of the same names in PostgreSQL's step).
create table dead_letters (
    id text not null primary key,
    topic_partition integer not null,
    topic_offset integer not null,
    received_at integer not null,
    part text not null,
    source text not null,
    reason text not null,
    state text not null,
    letter text not null,
    problem text not null,
    content blob
) strict;
create index dead_letters_state on dead_letters (state, received_at, id);
create index dead_letters_source on dead_letters (source, received_at, id);
create index dead_letters_part on dead_letters (part, received_at, id);
create index dead_letters_reason on dead_letters (reason, received_at, id);
create index dead_letters_received_at on dead_letters (received_at, id);

create table dead_letter_members (
    member text not null,
    received_at integer not null,
    id text not null,
    primary key (member, received_at, id)
) strict, without rowid;
create index dead_letter_members_id on dead_letter_members (id);

create table dead_letter_notes (
    id text not null primary key,
    noted_at integer not null,
    note text not null
) strict, without rowid;
create index dead_letter_notes_noted_at on dead_letter_notes (noted_at, id);

create table dead_letter_offsets (
    topic text not null,
    topic_partition integer not null,
    epoch integer not null,
    owner text not null,
    next_offset integer,
    primary key (topic, topic_partition)
) strict;
