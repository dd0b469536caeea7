-- Settings that carry or protect a recovery, as they were approved, and what differs from them; sealed.

create table channel (
    part text not null primary key,
    state bytea not null,
    paused_until bigint
);
