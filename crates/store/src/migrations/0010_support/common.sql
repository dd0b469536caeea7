-- Support cases, sealed; and the contacts that cannot be changed for a while because support replaced the other.

create table support_case (
    id text not null primary key,
    account_id text,
    state bytea not null,
    stage text not null,
    opened_at bigint not null,
    due_at bigint,
    over_at bigint
);
-- Cases of nobody lie scattered, as records of nobody do (audit_record_account).
create index support_case_account on support_case (coalesce(account_id, substr(id, 17)), stage);
create index support_case_due on support_case (due_at);
create index support_case_over on support_case (over_at);

create table contact_lock (
    account_id text not null references account (id),
    kind text not null,
    until bigint not null,
    primary key (account_id, kind)
) /*without rowid*/;
