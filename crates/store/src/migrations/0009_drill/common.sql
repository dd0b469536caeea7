-- What came of the last rehearsal of each account.

create table drill (
    account_id text not null primary key references account (id),
    at bigint not null,
    mail_after bigint,
    call text,
    answered_after bigint,
    saved_code text
) /*without rowid*/;

-- Calls of rehearsals stand among the others; a constraint is changed by making its table anew.
drop index phone_call_account;
drop index phone_call_number;
drop index phone_call_block;
drop index phone_call_placed;
alter table phone_call rename to phone_call_before;
create table phone_call (
    id text not null primary key,
    account_id text not null references account (id),
    purpose text not null check (purpose in ('recovery', 'phone-proof', 'drill')),
    subject text not null,
    number_mac bytea not null,
    block text not null,
    placed_at bigint not null,
    changed_at bigint not null,
    connected smallint not null check (connected in (0, 1)),
    wrong bigint not null,
    progress text not null,
    price bigint not null
);
insert into phone_call select id, account_id, purpose, subject, number_mac, block, placed_at, changed_at, connected, wrong,
    progress, price from phone_call_before;
drop table phone_call_before;
create index phone_call_account on phone_call (account_id, placed_at);
create index phone_call_number on phone_call (number_mac, placed_at);
create index phone_call_block on phone_call (block, placed_at);
create index phone_call_placed on phone_call (placed_at);
