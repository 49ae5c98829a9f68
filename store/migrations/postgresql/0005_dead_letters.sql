-- The dead letters of the topic, so that they can be asked for. `letter` holds all but the content, as JSON; the other columns
-- are there for the indexes. `part` is '' where a letter's headers can't be read. Notes of requeues may come before their letter.
create table dead_letters (
    id text collate "C" not null,
    topic_partition integer not null,
    topic_offset bigint not null,
    received_at bigint not null,
    part text collate "C" not null,
    source text collate "C" not null,
    reason text collate "C" not null,
    state text collate "C" not null,
    letter text collate "C" not null,
    problem text collate "C" not null,
    content bytea,
    primary key (id)
);
create index dead_letters_state on dead_letters (state, received_at, id);
create index dead_letters_source on dead_letters (source, received_at, id);
create index dead_letters_part on dead_letters (part, received_at, id);
create index dead_letters_reason on dead_letters (reason, received_at, id);
create index dead_letters_received_at on dead_letters (received_at, id);

-- The members that are wrong: each path's last name.
create table dead_letter_members (
    member text collate "C" not null,
    received_at bigint not null,
    id text collate "C" not null,
    primary key (member, received_at, id)
);
create index dead_letter_members_id on dead_letter_members (id);

create table dead_letter_notes (
    id text collate "C" not null,
    noted_at bigint not null,
    note text collate "C" not null,
    primary key (id)
);
create index dead_letter_notes_noted_at on dead_letter_notes (noted_at, id);

-- How far the topic's partitions are kept, and who may: as in `offsets`.
create table dead_letter_offsets (
    topic text collate "C" not null,
    topic_partition integer not null,
    epoch bigint not null,
    owner text not null,
    next_offset bigint,
    primary key (topic, topic_partition)
);
