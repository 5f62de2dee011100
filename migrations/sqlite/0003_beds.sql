-- Wards and what they report. Reports are append-only; bed_current points at the newest one of a ward.
create table ward (
  id blob primary key,
  org_id blob not null references org (id),
  name text not null,
  kind text not null check (kind in ('acute', 'community_medical', 'community_care', 'recovery_rehab', 'long_term', 'disability',
    'palliative', 'psychiatric', 'clinic_beds', 'rouken_admission', 'rouken_short', 'medical_short', 'care_hospital')),
  capacity integer not null check (capacity >= 0),
  sex_limit text not null check (sex_limit in ('male', 'female', 'either')),
  phone text,
  position integer not null,
  active integer not null,
  unique (org_id, name)
) strict;

-- org_id: who reported, the ward's own organisation or the desk that entered for it (代理入力).
create table bed_report (
  id blob primary key,
  ward_id blob not null references ward (id),
  org_id blob not null references org (id),
  capacity integer not null check (capacity >= 0),
  occupied integer not null check (occupied >= 0),
  reserved integer not null check (reserved >= 0),
  accepting integer not null check (accepting >= 0),
  closed integer not null check (closed >= 0),
  closed_reason text check (closed_reason in ('staffing', 'infection_control', 'maintenance', 'clinical', 'other')),
  backup_accepting integer not null check (backup_accepting >= 0 and backup_accepting <= accepting),
  discharging_today integer not null check (discharging_today >= 0),
  expected_24h integer not null check (expected_24h >= 0),
  acceptance text not null check (acceptance in ('accepting', 'ask', 'not_accepting')),
  sex_limit text not null check (sex_limit in ('male', 'female', 'either')),
  note text not null,
  as_of text not null,
  reported_at text not null,
  reported_by blob not null references account (id),
  entry_kind text not null check (entry_kind in ('entered', 'no_change', 'mail_confirm', 'proxy', 'feed')),
  check (capacity = occupied + reserved + accepting + closed)
) strict;
create index bed_report_by_ward on bed_report (ward_id, as_of);
create index bed_report_by_org on bed_report (org_id, reported_at);

create table bed_current (
  ward_id blob primary key references ward (id),
  report_id blob not null references bed_report (id)
) strict;

-- Raised with everything that the board shows, so that a rendered board knows whether it is still true.
create table board_state (
  id integer primary key check (id = 1),
  version integer not null
) strict;
insert into board_state (id, version) values (1, 1);
