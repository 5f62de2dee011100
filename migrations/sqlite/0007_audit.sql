-- One line per change, in the change's own transaction; one line per view of a case.
create table audit_entry (
  id blob primary key,
  at text not null,
  account_id blob references account (id),
  org_id blob references org (id),
  via text not null check (via in ('web', 'api', 'link', 'cli', 'job')),
  action text not null,
  subject_id blob not null,
  case_id blob references discharge_case (id),
  detail text not null
) strict;
create index audit_entry_by_time on audit_entry (at);
create index audit_entry_by_case on audit_entry (case_id, at);

create table access_entry (
  id blob primary key,
  at text not null,
  account_id blob references account (id),
  org_id blob references org (id),
  via text not null check (via in ('web', 'api', 'link', 'cli', 'job')),
  page text not null,
  case_id blob not null references discharge_case (id)
) strict;
create index access_entry_by_time on access_entry (at);
create index access_entry_by_case on access_entry (case_id, at);
