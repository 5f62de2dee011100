-- 入院希望登録 (在宅療養後方支援病院, 様式20の6): a home patient, the clinic that looks after them, and the one hospital that keeps a bed
-- for them. patient_key tells one patient from another; sheet is what the form says, as JSON.
create table backup_registration (
  id blob primary key,
  code text not null unique,
  org_id blob not null references org (id),
  hospital_id blob not null references org (id),
  patient_key text not null,
  sheet text not null,
  registered_on text not null,
  registered_by blob not null references account (id),
  changed_at text not null,
  exchanged_on text,
  exchanged_at text,
  ended_on text,
  end_reason text,
  end_note text not null,
  check ((ended_on is null) = (end_reason is null))
) strict;
create unique index backup_registration_current on backup_registration (patient_key) where ended_on is null;
create index backup_registration_by_org on backup_registration (org_id);
create index backup_registration_by_hospital on backup_registration (hospital_id);

-- What a sheet said before it was changed.
create table backup_registration_change (
  id blob primary key,
  registration_id blob not null references backup_registration (id),
  sheet text not null,
  at text not null,
  by_account blob not null references account (id)
) strict;
create index backup_registration_change_by_registration on backup_registration_change (registration_id, at);

-- 診療情報交換, at least every three months: the three questions, and the way that leaves a record.
create table information_exchange (
  id blob primary key,
  registration_id blob not null references backup_registration (id),
  exchanged_on text not null,
  still_wishes integer not null check (still_wishes in (0, 1)),
  changes text not null,
  events text not null,
  via text not null check (via in ('form', 'link', 'fax_print')),
  entered_by blob references account (id),
  at text not null
) strict;
create index information_exchange_by_registration on information_exchange (registration_id, exchanged_on);

alter table notice add column registration_id blob references backup_registration (id);
create index notice_by_registration on notice (registration_id) where registration_id is not null;

-- A message about the exchange. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''bed_report''', '''bed_report'', ''exchange_due''')
 where type = 'table' and name = 'notice';
pragma writable_schema = reset;
