-- 退院前カンファレンス: who is invited, who was left out and why, and every answer ever given.
create table conference (
  id blob primary key,
  case_id blob not null references discharge_case (id),
  hospital_id blob not null references org (id),
  sequence integer not null check (sequence >= 0),
  starts_at text not null,
  ends_at text not null,
  mode text not null check (mode in ('in_person', 'video', 'phone')),
  place text not null,
  video_url text not null,
  organiser_id blob not null references account (id),
  state text not null check (state in ('called', 'cancelled')),
  state_reason text not null,
  called_at text not null,
  changed_at text not null,
  check (starts_at < ends_at)
) strict;
create index conference_by_case on conference (case_id);
create index conference_by_start on conference (state, starts_at);

create table conference_move (
  id blob primary key,
  conference_id blob not null references conference (id),
  sequence integer not null,
  was_starts_at text not null,
  reason text not null,
  at text not null,
  by_account blob not null references account (id)
) strict;
create index conference_move_by_conference on conference_move (conference_id, sequence);

create table invitation (
  id blob primary key,
  conference_id blob not null references conference (id),
  org_id blob not null references org (id),
  role text not null,
  link_id blob references prior_link (id),
  person_name text not null,
  token_hash text not null unique,
  answer_id blob,
  added_at text not null,
  added_by blob not null references account (id),
  revoked_at text,
  revoked_reason text not null
) strict;
create unique index invitation_current on invitation (conference_id, org_id, role) where revoked_at is null;
create index invitation_by_link on invitation (link_id);
create index invitation_by_org on invitation (org_id, conference_id);

create table left_out (
  id blob primary key,
  conference_id blob not null references conference (id),
  link_id blob not null references prior_link (id),
  role text not null,
  reason text not null check (reason <> ''),
  at text not null,
  by_account blob not null references account (id)
) strict;
create index left_out_by_conference on left_out (conference_id);

create table answer (
  id blob primary key,
  invitation_id blob not null references invitation (id),
  sequence integer not null,
  answer text not null check (answer in ('attend', 'video', 'absent', 'proxy', 'written', 'tentative', 'propose_other')),
  deputy_name text not null,
  deputy_licence text not null,
  opinion text not null,
  proposal text not null,
  comment text not null,
  source text not null check (source in ('link', 'app', 'api', 'phone', 'fax_print')),
  entered_by blob references account (id),
  heard_from text not null,
  answered_at text not null
) strict;
create index answer_by_invitation on answer (invitation_id, answered_at);

-- Who is a party of a case, said once: the prior team as it stands, and whoever is invited.
create view case_party as
  select case_id, org_id, role from prior_link where ended_at is null and org_id is not null
  union all
  select c.case_id, i.org_id, i.role from invitation i join conference c on c.id = i.conference_id
   where i.revoked_at is null and c.state = 'called';
