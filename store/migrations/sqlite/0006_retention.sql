-- See PostgreSQL's step of the same number; here the history is one table, in the order in which it was written.
create table retention (
    horizon integer
) strict;
insert into retention values (null);
