-- What an organisation doesn't want to be told. That it may be switched off is a rule of the program, not of the table.
create table org_switched_off (
  org_id blob not null references org (id),
  kind text not null,
  at text not null,
  primary key (org_id, kind)
) strict, without rowid;
