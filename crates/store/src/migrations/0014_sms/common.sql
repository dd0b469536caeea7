-- Short texts. A constraint is changed by making its table anew: the outbox carries texts, and knows what a carrier told.
drop index outbox_waiting;
drop index outbox_call_waiting;
drop index outbox_leased;
drop index outbox_reference;
drop index outbox_listed;
drop index outbox_call;
alter table outbox rename to outbox_before;
create table outbox (
    id text not null primary key,
    kind text not null check (kind in ('mail', 'none', 'call', 'text')),
    topic text not null,
    state text not null check (state in ('queued', 'sending', 'dialling', 'sent', 'delivered', 'failed', 'lost')),
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
insert into outbox select id, kind, topic, state, message_id, reference, language, recipient, body, erase, created_at, due_at,
    attempts, lease_by, lease_until, done_at, error from outbox_before;
drop table outbox_before;
create index outbox_waiting on outbox (due_at, id) where state = 'queued';
create index outbox_call_waiting on outbox (due_at, id) where state = 'queued' and kind = 'call';
create index outbox_leased on outbox (lease_until) where state in ('sending', 'dialling');
create index outbox_reference on outbox (reference, topic, created_at);
create index outbox_listed on outbox (created_at, id);
create index outbox_call on outbox (created_at, id) where kind = 'call';
create index outbox_text on outbox (created_at, id) where kind = 'text';

-- Texts of the last day, for the limits and the budget that they share with calls. The id is that of their row in the
-- outbox; the carrier is the one that took it, and the only one that may tell what became of it.
create table text_message (
    id text not null primary key,
    account_id text not null references account (id),
    class text not null check (class in ('code', 'attempt', 'notice')),
    number_mac bytea not null,
    block text not null,
    placed_at bigint not null,
    price bigint not null,
    carrier text
);
create index text_message_account on text_message (account_id, placed_at);
create index text_message_number on text_message (number_mac, placed_at);
create index text_message_block on text_message (block, placed_at);
create index text_message_placed on text_message (placed_at);
