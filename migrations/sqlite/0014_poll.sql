-- 日程調整: a conference whose date is still sought, its slots, and every ballot ever given. While it is polling, its start and
-- end are those of its last slot: nothing takes it for over as long as a date can be had.
create table poll_slot (
  id blob primary key,
  conference_id blob not null references conference (id),
  position integer not null check (position between 1 and 5),
  starts_at text not null,
  ends_at text not null,
  check (starts_at < ends_at),
  unique (conference_id, position),
  unique (conference_id, starts_at)
) strict;

create table ballot (
  id blob primary key,
  invitation_id blob not null references invitation (id),
  comment text not null,
  source text not null check (source in ('link', 'app', 'api', 'phone', 'fax_print', 'code')),
  entered_by blob references account (id),
  heard_from text not null,
  voted_at text not null
) strict;
create index ballot_by_invitation on ballot (invitation_id, voted_at);

create table ballot_vote (
  ballot_id blob not null references ballot (id),
  slot_id blob not null references poll_slot (id),
  vote text not null check (vote in ('yes', 'maybe', 'no')),
  primary key (ballot_id, slot_id)
) strict, without rowid;

-- Until when votes are asked for; and when the date was fixed. A poll that was called off never had a date.
alter table conference add column poll_closes_at text;
alter table conference add column fixed_at text;
create index conference_polling on conference (hospital_id) where state = 'polling';
-- The current ballot, and whether the date depends on this party.
alter table invitation add column ballot_id blob;
alter table invitation add column required integer not null default 0 check (required in (0, 1));

-- Who is asked for a date is a party of the case, too.
drop view case_party;
create view case_party as
  select case_id, org_id, role from prior_link where ended_at is null and org_id is not null
  union all
  select c.case_id, i.org_id, i.role from invitation i join conference c on c.id = i.conference_id
   where i.revoked_at is null and c.state in ('polling', 'called');
