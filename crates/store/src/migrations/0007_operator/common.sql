-- The installation's operators, their sessions and the browsers they are known in. Nothing here belongs to an account.
-- One that was removed stays as a name for what was done by it, without anything to sign in with; its `email_key` is
-- then its id, so that the address is free.

create table operator (
    id text primary key,
    name text not null,
    email text not null,
    email_key text not null,
    locale text not null,
    granted_by text,
    granted_user text,
    granted_at bigint not null,
    created_at bigint not null,
    set_up_at bigint,
    removed_at bigint,
    password_phc text,
    device_id text,
    seed bytea
);
create unique index operator_email_key on operator (email_key);

create table operator_session (
    id text primary key,
    token_hash bytea not null,
    operator_id text not null references operator (id),
    opened_at bigint not null,
    seen_at bigint not null,
    ends_at bigint not null,
    device_at bigint not null,
    address text not null,
    device_name text not null
);
create unique index operator_session_token_hash on operator_session (token_hash);
create index operator_session_operator on operator_session (operator_id);

create table operator_browser (
    token_hash bytea not null,
    operator_id text not null references operator (id),
    expires_at bigint not null,
    primary key (token_hash, operator_id)
) /*without rowid*/;
create index operator_browser_operator on operator_browser (operator_id);
