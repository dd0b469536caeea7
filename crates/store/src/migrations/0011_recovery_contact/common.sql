-- Recovery contacts: people whom the root user named to confirm a recovery.

-- `body` is sealed: name, address and language of somebody else.
create table recovery_contact (
    id text not null primary key,
    account_id text not null references account (id),
    body bytea not null,
    named_at bigint not null,
    accepted_at bigint
);
create index recovery_contact_account on recovery_contact (account_id, named_at);

-- When the contacts are told again of a recovery that waits.
alter table recovery_case add column tell_at bigint;
create index recovery_case_tell on recovery_case (tell_at) where tell_at is not null;
