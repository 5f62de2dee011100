-- 入院希望登録 (在宅療養後方支援病院, 様式20の6): a home patient, the clinic that looks after them, and the one hospital that keeps a bed
-- for them. patient_key tells one patient from another; sheet is what the form says, as JSON.
create table backup_registration (
  id uuid primary key,
  code text not null unique,
  org_id uuid not null references org (id),
  hospital_id uuid not null references org (id),
  patient_key text not null,
  sheet text not null,
  registered_on date not null,
  registered_by uuid not null references account (id),
  changed_at timestamptz not null,
  exchanged_on date,
  exchanged_at timestamptz,
  ended_on date,
  end_reason text,
  end_note text not null,
  check ((ended_on is null) = (end_reason is null))
);
create unique index backup_registration_current on backup_registration (patient_key) where ended_on is null;
create index backup_registration_by_org on backup_registration (org_id);
create index backup_registration_by_hospital on backup_registration (hospital_id);

-- What a sheet said before it was changed.
create table backup_registration_change (
  id uuid primary key,
  registration_id uuid not null references backup_registration (id),
  sheet text not null,
  at timestamptz not null,
  by_account uuid not null references account (id)
);
create index backup_registration_change_by_registration on backup_registration_change (registration_id, at);

-- 診療情報交換, at least every three months: the three questions, and the way that leaves a record.
create table information_exchange (
  id uuid primary key,
  registration_id uuid not null references backup_registration (id),
  exchanged_on date not null,
  still_wishes boolean not null,
  changes text not null,
  events text not null,
  via text not null check (via in ('form', 'link', 'fax_print')),
  entered_by uuid references account (id),
  at timestamptz not null
);
create index information_exchange_by_registration on information_exchange (registration_id, exchanged_on);

alter table notice add column registration_id uuid references backup_registration (id);
create index notice_by_registration on notice (registration_id) where registration_id is not null;

-- A message about the exchange: the check as it stands, with more in it.
do $$
declare
  kinds text := (select pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = 'notice'::regclass and conname = 'notice_kind_check');
begin
  alter table notice drop constraint notice_kind_check;
  execute 'alter table notice add constraint notice_kind_check '
    || replace(kinds, $k$'bed_report'::text$k$, $k$'bed_report'::text, 'exchange_due'::text$k$);
end $$;
