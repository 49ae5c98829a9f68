-- Views, history and next offsets. Every key begins with tracking_id, so that the tables shard by it.
-- Text orders by its bytes (collation C), as it does in SQLite and in Python. Times are ms since 1970.

-- The roll-up of a tracking_id. `state` is the truth, canonical JSON; the other columns are there for the indexes.
create table messages (
    tracking_id text collate "C" not null,
    phase text collate "C" not null,
    sender_id bigint,
    revision bigint not null,
    last_event_at bigint not null,
    state text collate "C" not null,
    primary key (tracking_id)
);
create index messages_phase on messages (phase, last_event_at, tracking_id);
create index messages_sender_id on messages (sender_id, last_event_at, tracking_id) where sender_id is not null;

-- One (tracking_id, recipient); `state` is the truth here too.
create table deliveries (
    tracking_id text collate "C" not null,
    recipient text collate "C" not null,
    domain text collate "C" not null,
    phase text collate "C" not null,
    category text collate "C",
    sender_id bigint,
    last_event_at bigint not null,
    state text collate "C" not null,
    primary key (tracking_id, recipient)
);
create index deliveries_recipient on deliveries (recipient, last_event_at, tracking_id);
create index deliveries_domain on deliveries (domain, last_event_at, tracking_id);
create index deliveries_phase on deliveries (phase, last_event_at, tracking_id);
create index deliveries_category on deliveries (category, last_event_at, tracking_id) where category is not null;
create index deliveries_sender_id on deliveries (sender_id, last_event_at, tracking_id) where sender_id is not null;

-- Each distinct event once. `key` is the tracking_id, or the event id where there is none (tracked says which).
-- A time from the content is the same in every copy, so (key, occurred_at, event_id) finds an event again; one without a time
-- takes its arrival's, which an earlier copy lowers: the timeless have an index of their own.
create table history (
    key text collate "C" not null,
    tracked boolean not null,
    event_id bytea not null,
    occurred_at bigint not null,
    timeless boolean not null,
    received_at bigint not null,
    recipient text collate "C" not null,
    domain text collate "C" not null,
    kind text collate "C" not null,
    event_code bigint,
    sender_id bigint,
    source text collate "C" not null,
    topic_partition integer not null,
    topic_offset bigint not null,
    value bytea not null,
    primary key (key, occurred_at, event_id)
);
create unique index history_timeless on history (key, event_id) where timeless;
create index history_kind on history (kind, occurred_at, event_id);
create index history_event_code on history (event_code, occurred_at, event_id) where event_code is not null;
create index history_sender_id on history (sender_id, occurred_at, event_id) where sender_id is not null;
create index history_recipient on history (recipient, occurred_at, event_id);
create index history_domain on history (domain, occurred_at, event_id);

-- How far each partition is, and who may write for it: the owner of the newest epoch.
create table offsets (
    topic text collate "C" not null,
    topic_partition integer not null,
    epoch bigint not null,
    owner text not null,
    next_offset bigint,
    announced_offset bigint not null default 0,
    newest_event_at bigint,
    applied_at bigint,
    primary key (topic, topic_partition)
);

-- Which classification table the views were made with: one row.
create table progress (
    classification_version integer not null
);
