-- What the columns of files are is asked once for each layout, told by a digest of its header's words. What was said before that has
-- none, and holds for every header whose words it knows.
create table bed_file_layout (
  org_id uuid not null references org (id),
  words text not null,
  columns text not null,
  changed_at timestamptz not null,
  primary key (org_id, words)
);
insert into bed_file_layout (org_id, words, columns, changed_at) select org_id, '', columns, changed_at from bed_file_columns;
drop table bed_file_columns;

-- What of a watched folder couldn't be taken, until somebody or a later file speaks: a table's reasons, and how many messages for
-- the same reason. Nothing of a patient.
create table inbox_fault (
  org_id uuid not null references org (id),
  is_message boolean not null,
  reason text not null,
  files integer not null,
  at timestamptz not null,
  primary key (org_id, is_message, reason)
);
create index inbox_fault_by_time on inbox_fault (at);
