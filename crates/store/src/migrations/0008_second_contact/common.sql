-- A second address and a second number beside those of the account. The table is made anew, because the kinds that it
-- admits stand in a check.
alter table contact rename to contact_before;

-- A second contact that is removed stays for a while: `removed_at` says since when.
create table contact (
    account_id text not null references account (id),
    kind text not null check (kind in ('email', 'phone', 'person', 'second-email', 'second-phone')),
    value bytea not null,
    changed_at bigint,
    proved_at bigint,
    former bytea,
    former_changed_at bigint,
    former_proved_at bigint,
    former_lost smallint not null default 0 check (former_lost in (0, 1)),
    former_key bytea,
    removed_at bigint,
    primary key (account_id, kind)
);
insert into contact (account_id, kind, value, changed_at, proved_at, former, former_changed_at, former_proved_at,
    former_lost, former_key)
    select account_id, kind, value, changed_at, proved_at, former, former_changed_at, former_proved_at, former_lost,
    former_key from contact_before;
drop table contact_before;
create index contact_former_key on contact (former_key);
