-- See PostgreSQL's step of the same number.
alter table messages add column topic_partition integer not null default 0;
update messages set topic_partition = coalesce((
    select h.topic_partition from history h where h.number = messages.number order by h.received_at desc limit 1
), 0);

create table announcements (
    number integer primary key autoincrement,
    topic_partition integer not null,
    tracking_id text not null,
    removed integer not null
) strict;
create index announcements_topic_partition on announcements (topic_partition, number);
