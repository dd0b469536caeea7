-- Recovery: cases, calls and their limits, freezes after objections, devices put out of use, disputes.

-- `state` is sealed: it holds the digits that the page shows again. `over_at` is when the case is over as it stands.
create table recovery_case (
    id text not null primary key,
    account_id text not null references account (id),
    browser bytea not null,
    state bytea not null,
    status text not null check (status in ('open', 'completed', 'closed')),
    opened_at bigint not null,
    over_at bigint not null
);
create index recovery_case_over on recovery_case (status, over_at);
create index recovery_case_browser on recovery_case (browser, account_id, status, over_at);
create index recovery_case_account on recovery_case (account_id, status, over_at);

-- Every call of the last days, for the limits: recovery and the proof of numbers count together.
create table phone_call (
    id text not null primary key,
    account_id text not null references account (id),
    purpose text not null check (purpose in ('recovery', 'phone-proof')),
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
create index phone_call_account on phone_call (account_id, placed_at);
create index phone_call_number on phone_call (number_mac, placed_at);
create index phone_call_block on phone_call (block, placed_at);
create index phone_call_placed on phone_call (placed_at);

create table recovery_freeze (
    account_id text not null references account (id),
    contact text not null,
    at bigint not null,
    until bigint not null,
    lifted smallint not null default 0 check (lifted in (0, 1)),
    primary key (account_id, contact, at)
);

-- What a recovery put out of use. After `until` the device is deleted if `remove` is 1, else it is in use again;
-- a stolen one never is.
create table device_suspension (
    device_id text not null primary key,
    account_id text not null references account (id),
    case_id text not null,
    at bigint not null,
    until bigint not null,
    stolen smallint not null check (stolen in (0, 1)),
    remove smallint not null check (remove in (0, 1))
);
create index device_suspension_case on device_suspension (case_id);
create index device_suspension_account on device_suspension (account_id);

-- The holder of a device called stolen came back: for the operator to look at.
create table recovery_dispute (
    case_id text not null primary key,
    account_id text not null references account (id),
    at bigint not null
);
create index recovery_dispute_account on recovery_dispute (account_id);

-- Addresses and numbers of an account, with the one before: it stays in force for a while after a change. Both values
-- are sealed. No `changed_at` means: the same since the account was opened. The present e-mail itself is in `account`.
create table contact (
    account_id text not null references account (id),
    kind text not null check (kind in ('email', 'phone', 'person')),
    value bytea not null,
    changed_at bigint,
    proved_at bigint,
    former bytea,
    former_changed_at bigint,
    former_proved_at bigint,
    former_lost smallint not null default 0 check (former_lost in (0, 1)),
    primary key (account_id, kind)
);

-- Saved recovery codes: two characters in clear select the row, the rest is hashed like a password.
create table saved_code (
    id text not null primary key,
    account_id text not null references account (id),
    selector text not null,
    phc text not null,
    made_at bigint not null,
    hold_until bigint,
    used_at bigint,
    unique (account_id, selector)
);
