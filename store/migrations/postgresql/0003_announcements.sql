-- The topic's partition that a message's events come from: its owner is the one who announces the message.
alter table messages add column topic_partition integer not null default 0;
update messages m set topic_partition = h.topic_partition
from (select distinct on (key) key, topic_partition from history where tracked order by key, received_at desc) h
where h.key = m.tracking_id;

-- Messages that something other than a batch changed or removed, and that are not announced since: rows are only appended, and
-- deleted by their number. `tracking_id` is the whole one, as it stands in a status; `removed` says that a tombstone comes first.
create table announcements (
    number bigint generated always as identity primary key,
    topic_partition integer not null,
    tracking_id text collate "C" not null,
    removed boolean not null
);
create index announcements_topic_partition on announcements (topic_partition, number);
