-- As in PostgreSQL's step of the same number.
drop index messages_phase;
drop index messages_sender_id;
create index messages_phase on messages (phase, last_event_at);
create index messages_sender_id on messages (sender_id, last_event_at) where sender_id is not null;

drop index deliveries_recipient;
drop index deliveries_domain;
drop index deliveries_phase;
drop index deliveries_category;
drop index deliveries_sender_id;
create index deliveries_recipient on deliveries (recipient, last_event_at);
create index deliveries_domain on deliveries (domain, last_event_at);
create index deliveries_phase on deliveries (phase, last_event_at);
create index deliveries_category on deliveries (category, last_event_at) where category is not null;
create index deliveries_sender_id on deliveries (sender_id, last_event_at) where sender_id is not null;

drop index history_kind;
drop index history_event_code;
drop index history_sender_id;
drop index history_recipient;
drop index history_domain;
create index history_kind on history (kind, occurred_at);
create index history_event_code on history (event_code, occurred_at) where event_code is not null;
create index history_sender_id on history (sender_id, occurred_at) where sender_id is not null;
create index history_domain on history (domain, occurred_at);
create index history_recipient on history (recipient, occurred_at) where number is null;
