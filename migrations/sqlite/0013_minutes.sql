-- 議事録: versions that nothing overwrites, who has read them, and what was decided.
create table minutes (
  id blob primary key,
  conference_id blob not null references conference (id),
  version integer not null check (version > 0),
  content text not null,
  changed_at text not null,
  changed_by blob not null references account (id),
  finished_at text,
  finished_by blob references account (id),
  unique (conference_id, version),
  check ((finished_at is null) = (finished_by is null))
) strict;
create unique index minutes_draft on minutes (conference_id) where finished_at is null;

-- One for each party that a finished version is shared with.
create table minutes_copy (
  id blob primary key,
  minutes_id blob not null references minutes (id),
  invitation_id blob not null references invitation (id),
  read_at text,
  read_by blob references account (id),
  read_via text check (read_via in ('app', 'link', 'hand')),
  unique (minutes_id, invitation_id),
  check ((read_at is null) = (read_via is null))
) strict;
create index minutes_copy_by_invitation on minutes_copy (invitation_id);
create index minutes_copy_unread on minutes_copy (minutes_id) where read_at is null;

-- A decision as the newest finished version has it. invitation_id: the party that owns it; none where it is the hospital's or
-- somebody's outside.
create table decision (
  id blob primary key,
  conference_id blob not null references conference (id),
  position integer not null,
  what text not null,
  invitation_id blob references invitation (id),
  is_own integer not null check (is_own in (0, 1)),
  owner text not null,
  due_on text,
  done_at text,
  done_by blob references account (id),
  withdrawn_at text
) strict;
create index decision_by_conference on decision (conference_id);
create index decision_open on decision (due_on) where done_at is null and withdrawn_at is null;

-- What an invited party really did, as the newest finished minutes say.
alter table invitation add column attendance text check (attendance in ('attended', 'late', 'left_early', 'absent', 'shared_later'));
-- 他の時間: up to three beginnings that can become the new date by one press.
alter table answer add column proposed_1 text;
alter table answer add column proposed_2 text;
alter table answer add column proposed_3 text;
