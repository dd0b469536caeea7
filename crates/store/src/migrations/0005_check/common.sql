-- Guessing that is spread over many names: what is known of each network, and failures of the whole installation.

-- `body` is what `domain::guessing::Network` keeps: moments, names as keyed hashes, and how far the risk is raised.
create table guessing_network (
    network text not null primary key,
    body text not null,
    keep_until bigint not null
);
create index guessing_network_keep on guessing_network (keep_until);

-- Failures by stretches of ten minutes, numbered since 1970.
create table guessing_slot (
    slot bigint not null primary key,
    failures bigint not null
) /*without rowid*/;
