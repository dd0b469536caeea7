-- Accounts, their root users' sessions and devices, flows and counters.
-- Times are milliseconds of UTC, flags 0 or 1, ids text. BYTEA is a byte string on both engines.

create table account (
    id text primary key,
    name text not null,
    email text not null,
    email_key text not null,
    email_proved_at bigint,
    email_set_at bigint not null,
    locale text not null,
    state text not null,
    state_since bigint not null,
    created_at bigint not null,
    password_phc text,
    password_origin text,
    password_set_at bigint,
    password_good smallint not null default 0,
    password_hold_until bigint,
    password_change_required smallint not null default 0
);
create unique index account_email_key on account (email_key);

create table session (
    id text primary key,
    token_hash bytea not null,
    account_id text not null references account (id),
    case_id text,
    opened_at bigint not null,
    seen_at bigint not null,
    ends_at bigint not null,
    password_at bigint not null,
    mfa_at bigint,
    device_id text,
    hold_until bigint,
    address text not null,
    device_name text not null
);
create unique index session_token_hash on session (token_hash);
create index session_account on session (account_id);
create index session_case on session (case_id) where case_id is not null;

create table flow (
    id text primary key,
    kind text not null,
    browser bytea not null,
    state bytea not null,
    version bigint not null,
    created_at bigint not null,
    touched_at bigint not null,
    ends_at bigint not null
);
create index flow_ends_at on flow (ends_at);

create table counter (
    key text not null primary key,
    failures bigint not null,
    last_at bigint not null
) /*without rowid*/;
create index counter_last_at on counter (last_at);

create table known_browser (
    token_hash bytea not null,
    account_id text not null references account (id),
    created_at bigint not null,
    expires_at bigint not null,
    primary key (token_hash, account_id)
) /*without rowid*/;

-- `account_id` is no reference: looking it up would cost a link of somebody more than a link of nobody.
create table link (
    id text primary key,
    purpose text not null,
    token_hash bytea not null,
    account_id text,
    subject text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create unique index link_token_hash on link (token_hash);
-- Links of nobody lie scattered as well, as records of nobody do (audit_record_account).
create index link_account on link (coalesce(account_id, substr(id, 17)));
create index link_subject on link (subject);

create table mfa_device (
    id text primary key,
    account_id text not null references account (id),
    name text not null,
    name_key text not null,
    seed bytea not null,
    offset_steps bigint not null default 0,
    registered_at bigint not null,
    last_used_at bigint,
    suspended_until bigint,
    hold_until bigint,
    case_id text
);
create unique index mfa_device_name on mfa_device (account_id, name_key);
create index mfa_device_case on mfa_device (case_id) where case_id is not null;

create table burnt_step (
    device_id text not null,
    step bigint not null,
    primary key (device_id, step)
) /*without rowid*/;
