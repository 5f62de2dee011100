-- 議事録: versions that nothing overwrites, who has read them, and what was decided.
create table minutes (
  id uuid primary key,
  conference_id uuid not null references conference (id),
  version integer not null check (version > 0),
  content text not null,
  changed_at timestamptz not null,
  changed_by uuid not null references account (id),
  finished_at timestamptz,
  finished_by uuid references account (id),
  unique (conference_id, version),
  check ((finished_at is null) = (finished_by is null))
);
create unique index minutes_draft on minutes (conference_id) where finished_at is null;

-- One for each party that a finished version is shared with.
create table minutes_copy (
  id uuid primary key,
  minutes_id uuid not null references minutes (id),
  invitation_id uuid not null references invitation (id),
  read_at timestamptz,
  read_by uuid references account (id),
  read_via text check (read_via in ('app', 'link', 'hand')),
  unique (minutes_id, invitation_id),
  check ((read_at is null) = (read_via is null))
);
create index minutes_copy_by_invitation on minutes_copy (invitation_id);
create index minutes_copy_unread on minutes_copy (minutes_id) where read_at is null;

-- A decision as the newest finished version has it. invitation_id: the party that owns it; none where it is the hospital's or
-- somebody's outside.
create table decision (
  id uuid primary key,
  conference_id uuid not null references conference (id),
  position integer not null,
  what text not null,
  invitation_id uuid references invitation (id),
  is_own boolean not null,
  owner text not null,
  due_on date,
  done_at timestamptz,
  done_by uuid references account (id),
  withdrawn_at timestamptz
);
create index decision_by_conference on decision (conference_id);
create index decision_open on decision (due_on) where done_at is null and withdrawn_at is null;

-- What an invited party really did, as the newest finished minutes say.
alter table invitation add column attendance text check (attendance in ('attended', 'late', 'left_early', 'absent', 'shared_later'));
-- 他の時間: up to three beginnings that can become the new date by one press.
alter table answer add column proposed_1 timestamptz;
alter table answer add column proposed_2 timestamptz;
alter table answer add column proposed_3 timestamptz;
