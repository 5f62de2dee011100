-- At most one mail a day gathers what isn't urgent for a receiver: whoever writes the row sends it.
create table digest (
  org_id blob not null references org (id),
  day text not null,
  id blob not null,
  primary key (org_id, day)
) strict, without rowid;
create index notice_waiting on notice (org_id, next_at) where state = 'queued';
create index notice_leased on notice (org_id) where leased_until is not null;
create index notice_digest on notice (digest_id) where digest_id is not null;
create index notice_to_do on notice (case_id) where state = 'to_do';
-- Whether the party wants to be reminded on the morning of the day itself.
alter table invitation add column same_day integer not null default 0 check (same_day in (0, 1));
