-- IAM: users, groups, roles, policies and access keys of accounts.

-- What IAM knows of, whatever its kind. `body` is JSON of what is particular to the kind, `secret` a sealed seed, `holder`
-- the user to whom an MFA device is assigned.
create table iam_entity (
    id text not null primary key,
    account_id text not null references account (id),
    kind text not null,
    name text not null,
    name_key text not null,
    path text not null,
    created_at bigint not null,
    tags text not null,
    body text not null,
    secret bytea,
    holder text references iam_entity (id)
);
create unique index iam_entity_name on iam_entity (account_id, kind, name_key);
create index iam_entity_holder on iam_entity (holder) where holder is not null;

-- How many there are of a kind: counting five thousand rows for each new one would cost more than the row.
create table iam_count (
    account_id text not null references account (id),
    kind text not null,
    number bigint not null,
    primary key (account_id, kind)
) /*without rowid*/;

-- `owner` is the unique id of a user, or the number of the account for its root user.
create table iam_access_key (
    id text not null primary key,
    account_id text not null references account (id),
    owner text not null,
    secret bytea not null,
    status text not null,
    created_at bigint not null,
    last_used_at bigint,
    last_used_region text,
    last_used_service text
);
create index iam_access_key_owner on iam_access_key (owner, created_at);

create table iam_member (
    user_id text not null references iam_entity (id),
    group_id text not null references iam_entity (id),
    primary key (user_id, group_id)
) /*without rowid*/;
create index iam_member_group on iam_member (group_id);

create table iam_policy_version (
    policy_id text not null references iam_entity (id),
    number bigint not null,
    document text not null,
    created_at bigint not null,
    primary key (policy_id, number)
);

create table iam_attachment (
    entity_id text not null references iam_entity (id),
    policy_arn text not null,
    primary key (entity_id, policy_arn)
) /*without rowid*/;
create index iam_attachment_policy on iam_attachment (policy_arn);

create table iam_inline (
    entity_id text not null references iam_entity (id),
    name text not null,
    document text not null,
    primary key (entity_id, name)
);

-- `epoch` is drawn anew by every change of who may do what in the account: what was read before it counts no more.
create table iam_account (
    account_id text not null primary key references account (id),
    epoch bigint not null,
    alias text
);
create unique index iam_account_alias on iam_account (alias) where alias is not null;

-- Counters that session tokens carry. A token counts only while each of its counters stands as it did.
create table revocation (
    subject text not null primary key,
    counter bigint not null
) /*without rowid*/;
