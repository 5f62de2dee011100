-- Files of beds that somebody uploaded: kept as cells until their rows are taken or a day has passed. What an organisation's
-- columns are is asked once. SQLite changes a check by its text: https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
create table bed_file (
  id blob primary key,
  org_id blob not null references org (id),
  account_id blob references account (id),
  name text not null,
  digest text not null,
  cells text not null,
  state text not null check (state in ('open', 'taken')),
  at text not null,
  taken_at text,
  rows_taken integer not null,
  rows_left integer not null
) strict;
create index bed_file_by_org on bed_file (org_id, state, taken_at);
create index bed_file_open on bed_file (at) where state = 'open';

create table bed_file_columns (
  org_id blob primary key references org (id),
  columns text not null,
  changed_at text not null
) strict;

pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''proxy'', ''feed'')', '''proxy'', ''feed'', ''file'', ''movements'')')
 where type = 'table' and name = 'bed_report';
pragma writable_schema = reset;
