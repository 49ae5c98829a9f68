-- The tables of PostgreSQL's migration of the same number. `number` counts messages in first-seen order: keys that grow keep
-- the pages of a batch together, where random tracking_ids would dirty a page an event.
create table messages (
    number integer primary key,
    tracking_id text not null unique,
    phase text not null,
    sender_id integer,
    revision integer not null,
    last_event_at integer not null,
    state text not null
) strict;
create index messages_phase on messages (phase, last_event_at, tracking_id);
create index messages_sender_id on messages (sender_id, last_event_at, tracking_id) where sender_id is not null;

create table deliveries (
    id integer primary key,
    number integer not null,
    tracking_id text not null,
    recipient text not null,
    domain text not null,
    phase text not null,
    category text,
    sender_id integer,
    last_event_at integer not null,
    state text not null
) strict;
create unique index deliveries_number on deliveries (number, recipient);
create index deliveries_recipient on deliveries (recipient, last_event_at, tracking_id);
create index deliveries_domain on deliveries (domain, last_event_at, tracking_id);
create index deliveries_phase on deliveries (phase, last_event_at, tracking_id);
create index deliveries_category on deliveries (category, last_event_at, tracking_id) where category is not null;
create index deliveries_sender_id on deliveries (sender_id, last_event_at, tracking_id) where sender_id is not null;

-- `number` is the message's; an event without a tracking_id has none, and is found by its id.
create table history (
    id integer primary key,
    number integer,
    key text not null,
    tracked integer not null,
    event_id blob not null,
    occurred_at integer not null,
    timeless integer not null,
    received_at integer not null,
    recipient text not null,
    domain text not null,
    kind text not null,
    event_code integer,
    sender_id integer,
    source text not null,
    topic_partition integer not null,
    topic_offset integer not null,
    value blob not null
) strict;
create unique index history_number on history (number, occurred_at, event_id) where number is not null;
create unique index history_timeless on history (number, event_id) where timeless and number is not null;
create unique index history_untracked on history (event_id) where number is null;
create index history_kind on history (kind, occurred_at, event_id);
create index history_event_code on history (event_code, occurred_at, event_id) where event_code is not null;
create index history_sender_id on history (sender_id, occurred_at, event_id) where sender_id is not null;
create index history_recipient on history (recipient, occurred_at, event_id);
create index history_domain on history (domain, occurred_at, event_id);

create table offsets (
    topic text not null,
    topic_partition integer not null,
    epoch integer not null,
    owner text not null,
    next_offset integer,
    announced_offset integer not null default 0,
    newest_event_at integer,
    applied_at integer,
    primary key (topic, topic_partition)
) strict;

create table progress (
    classification_version integer not null
) strict;
