-- Advice that the owner of an account put off, and until when.

create table nudge (
    account_id text not null references account (id),
    kind text not null,
    until bigint not null,
    primary key (account_id, kind)
) /*without rowid*/;
