-- Contact information: former addresses that can still be found, and changes that can be taken back.

-- A keyed hash of a former address: for a while its owner can still ask for help with it.
alter table contact add column former_key bytea;
create index contact_former_key on contact (former_key);

-- `body` is sealed: it holds both values, the code of a new address and who asked.
create table contact_change (
    id text not null primary key,
    account_id text not null references account (id),
    body bytea not null,
    begun_at bigint not null,
    keep_until bigint not null
);
create index contact_change_account on contact_change (account_id, begun_at);
create index contact_change_keep on contact_change (keep_until);
