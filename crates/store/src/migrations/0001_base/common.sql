-- The store's own tables: facts about it, leases, what goes out, and the audit log.

create table meta (
    name text not null primary key,
    value text not null
) /*without rowid*/;

-- Work that only one node does at a time.
create table lease (
    name text not null primary key,
    holder text not null,
    until bigint not null
);

-- Mails and calls, written by the transaction that caused them.
create table outbox (
    id text not null primary key,
    kind text not null check (kind in ('mail', 'none', 'call')),
    topic text not null,
    state text not null check (state in ('queued', 'sending', 'dialling', 'sent', 'failed', 'lost')),
    message_id text not null unique,
    reference text,
    language text not null,
    recipient bytea not null,
    body bytea,
    erase smallint not null check (erase in (0, 1)),
    created_at bigint not null,
    due_at bigint not null,
    attempts bigint not null,
    lease_by text,
    lease_until bigint,
    done_at bigint,
    error text
);
create index outbox_waiting on outbox (due_at, id) where state = 'queued';
create index outbox_call_waiting on outbox (due_at, id) where state = 'queued' and kind = 'call';
create index outbox_leased on outbox (lease_until) where state in ('sending', 'dialling');
create index outbox_reference on outbox (reference, topic, created_at);
create index outbox_listed on outbox (created_at, id);
create index outbox_call on outbox (created_at, id) where kind = 'call';

-- One row for each event. What stands from `salt` on is about a person and can be erased: the seal stays good,
-- because it covers the commitment to these parts. `mac` is of the row as it was written, before it is sealed.
create table audit_record (
    id text not null primary key,
    seq bigint unique,
    at bigint not null,
    event text not null,
    account text,
    outcome text not null,
    commitment bytea not null,
    key_id bigint not null,
    mac bytea not null,
    salt bytea,
    actor text,
    client text,
    detail text
);
create index audit_record_unsealed on audit_record (at, id) where seq is null;
-- A record without an account gets a place by chance, as an account is one: else it would take less time to write, and the
-- time of an answer would tell who has an account (R-ROOT-26).
create index audit_record_account on audit_record (coalesce(account, substr(id, 17)), at, id);
-- How often somebody signed in, and when, without reading the records themselves.
create index audit_record_sign_in on audit_record (account, at) where event = 'ConsoleLogin' and outcome = 'ok';

-- Blocks of records in order, chained by hash and authenticated by a key of the ring.
create table audit_block (
    number bigint not null primary key,
    generation bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    root bytea not null,
    previous bytea not null,
    key_id bigint not null,
    mac bytea not null
) /*without rowid*/;
