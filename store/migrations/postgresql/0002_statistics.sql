-- Counts of distinct events, kept as they arrive: per hour and per day (`span`; `bucket` is its beginning, in ms), by kind and by
-- sender (its id in digits, '' where there is none). `dimension` says what `value` is: '' none, a recipient's domain, or the
-- category of a deferral or bounce ('' where there is none). History that was there before this step is counted by a rebuild.
create table statistics (
    span text collate "C" not null,
    dimension text collate "C" not null,
    bucket bigint not null,
    value text collate "C" not null,
    sender text collate "C" not null,
    kind text collate "C" not null,
    total bigint not null,
    primary key (span, dimension, bucket, value, sender, kind)
);

-- What batches add to it: rows that are only appended, so that owners of different partitions never wait for one another. Now
-- and then one of them sums these rows up and adds them to the table above. Readers add both.
create table statistics_added (
    span text collate "C" not null,
    dimension text collate "C" not null,
    bucket bigint not null,
    value text collate "C" not null,
    sender text collate "C" not null,
    kind text collate "C" not null,
    total bigint not null
);
