-- Files of beds that somebody uploaded: kept as cells until their rows are taken or a day has passed. What an organisation's
-- columns are is asked once.
create table bed_file (
  id uuid primary key,
  org_id uuid not null references org (id),
  account_id uuid references account (id),
  name text not null,
  digest text not null,
  cells text not null,
  state text not null check (state in ('open', 'taken')),
  at timestamptz not null,
  taken_at timestamptz,
  rows_taken integer not null,
  rows_left integer not null
);
create index bed_file_by_org on bed_file (org_id, state, taken_at);
create index bed_file_open on bed_file (at) where state = 'open';

create table bed_file_columns (
  org_id uuid primary key references org (id),
  columns text not null,
  changed_at timestamptz not null
);

alter table bed_report drop constraint bed_report_entry_kind_check;
alter table bed_report add constraint bed_report_entry_kind_check
  check (entry_kind in ('entered', 'no_change', 'mail_confirm', 'proxy', 'feed', 'file', 'movements'));
