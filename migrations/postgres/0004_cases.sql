-- Discharge cases and the team that looked after the patient before.
create table discharge_case (
  id uuid primary key,
  code text not null unique,
  hospital_id uuid not null references org (id),
  ward_id uuid not null references ward (id),
  owner_id uuid not null references account (id),
  patient_name text not null,
  patient_kana text not null,
  patient_born_on date not null,
  patient_sex text not null check (patient_sex in ('male', 'female', 'other', 'unknown')),
  inpatient_id text not null,
  admitted_at timestamptz not null,
  planned_admission boolean not null,
  admitted_from text not null check (admitted_from in ('home', 'facility', 'hospital', 'other')),
  expected_discharge_on date,
  ready_on date,
  destination text check (destination in ('home', 'facility', 'hospital', 'other')),
  care_level text not null check (care_level in ('not_known', 'not_applied', 'applying', 'change_applying', 'not_certified', 'support_1', 'support_2',
    'care_1', 'care_2', 'care_3', 'care_4', 'care_5')),
  status text not null check (status in ('draft', 'gathering', 'family', 'placement', 'care_application', 'destination_decided',
    'action_needed', 'discharged', 'cancelled')),
  discharged_on date,
  doctor_waiver text check (doctor_waiver in ('no_doctor', 'patient_refused', 'unreachable_3')),
  doctor_waiver_note text not null,
  note text not null,
  opened_at timestamptz not null,
  opened_by uuid not null references account (id),
  changed_at timestamptz not null,
  check (status <> 'discharged' or discharged_on is not null)
);
create index case_by_hospital on discharge_case (hospital_id, status, expected_discharge_on);

create table case_difficulty (
  case_id uuid not null references discharge_case (id),
  difficulty text not null,
  primary key (case_id, difficulty)
);

create table prior_link (
  id uuid primary key,
  case_id uuid not null references discharge_case (id),
  role text not null check (role in ('prior_doctor', 'prior_dentist', 'prior_pharmacy', 'prior_care_manager', 'prior_visiting_nurse')),
  standing text not null check (standing in ('known', 'none', 'unknown')),
  org_id uuid references org (id),
  person_name text not null,
  source text not null,
  confirmed_by text not null,
  notified_at timestamptz,
  acked_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null references account (id),
  ended_at timestamptz,
  ended_reason text not null,
  check ((standing = 'known') = (org_id is not null)),
  check (standing = 'known' or confirmed_by <> '')
);
create unique index prior_link_current on prior_link (case_id, role) where ended_at is null;
create index prior_link_by_org on prior_link (org_id) where ended_at is null;

create table doctor_change (
  id uuid primary key,
  case_id uuid not null references discharge_case (id),
  to_org_id uuid not null references org (id),
  to_person text not null,
  reason text not null check (reason in ('patient_wish', 'doctor_declined', 'not_able', 'moved', 'other')),
  reason_note text not null,
  decided_by text not null,
  prior_told_at timestamptz not null,
  prior_told_how text not null,
  created_at timestamptz not null,
  created_by uuid not null references account (id)
);
create index doctor_change_by_case on doctor_change (case_id);

create table contact_log (
  id uuid primary key,
  case_id uuid not null references discharge_case (id),
  link_id uuid references prior_link (id),
  org_id uuid references org (id),
  channel text not null check (channel in ('mail', 'fax_print', 'phone', 'visit', 'app')),
  outcome text not null check (outcome in ('reached', 'no_answer', 'left_message', 'call_back')),
  at timestamptz not null,
  spoke_with text not null,
  note text not null,
  created_at timestamptz not null,
  created_by uuid not null references account (id)
);
create index contact_log_by_link on contact_log (link_id);
create index contact_log_by_case on contact_log (case_id, at);
