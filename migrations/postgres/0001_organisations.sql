-- Organisations of the region and what is known of them; the region's rules as data.
create table medical_area (
  code text primary key,
  name text not null
);

create table municipality (
  code text primary key,
  name text not null,
  area_code text not null references medical_area (code)
);

create table region_rule (
  code text primary key,
  value text not null,
  changed_at timestamptz not null
);

create table holiday (
  day date primary key,
  name text not null
);

-- source_key joins what several sources say of one organisation. From edited_at on, its contact data are what a person
-- entered, and no import changes them.
create table org (
  id uuid primary key,
  kind text not null check (kind in ('hospital', 'clinic_with_beds', 'clinic', 'dental_clinic', 'pharmacy', 'visiting_nurse_station',
    'care_management_office', 'community_support_center', 'geriatric_health_facility', 'integrated_care_facility',
    'special_nursing_home', 'specified_facility', 'group_home', 'home_help_office', 'visiting_bath', 'visiting_rehab',
    'day_service', 'day_rehab', 'short_stay', 'welfare_equipment_provider', 'disability_consultation_office',
    'consultation_desk', 'medical_association', 'municipality', 'prefecture', 'health_center')),
  name text not null,
  name_kana text not null,
  search_key text not null,
  prefecture_code text,
  municipality_code text,
  municipality_name text,
  area_code text references medical_area (code),
  address text not null,
  latitude double precision,
  longitude double precision,
  phone text,
  fax text,
  mail text,
  url text,
  institution_number text,
  beds integer,
  departments text not null,
  preferred_channel text not null check (preferred_channel in ('mail', 'fax_print', 'phone', 'visit', 'app')),
  calendar text not null,
  hours_note text not null,
  network_member boolean not null,
  source text not null,
  source_key text not null unique,
  edited_at timestamptz,
  changed_at timestamptz not null
);
create index org_by_kana on org (network_member, name_kana);
create index org_by_area on org (area_code, kind);

create table org_designation (
  org_id uuid not null references org (id),
  designation text not null check (designation in ('home_support_clinic', 'home_support_hospital', 'backup_hospital', 'cooperating_hospital')),
  primary key (org_id, designation)
);

-- ケアマネタイム: when a doctor takes calls from care managers.
create table care_manager_hours (
  id uuid primary key,
  org_id uuid not null references org (id),
  weekday integer not null check (weekday between 0 and 6),
  opens text not null,
  closes text not null,
  contact_person text not null,
  method text not null,
  note text not null,
  changed_at timestamptz not null
);
create index care_manager_hours_by_org on care_manager_hours (org_id, weekday);
