-- FAX numbers that two people have read out to one another and a test sheet has reached. A number that fails, or that the
-- directory no longer has, isn't deleted: its row has ended, or doesn't fit any more.
create table fax_number (
  id blob primary key,
  org_id blob not null references org (id),
  number text not null,
  entered_by blob not null references account (id),
  entered_at text not null,
  confirmed_by blob references account (id),
  confirmed_at text,
  tested_by blob references account (id),
  tested_at text,
  ended_by blob references account (id),
  ended_at text,
  check (confirmed_by is null or confirmed_by <> entered_by),
  check (tested_at is null or confirmed_at is not null)
) strict;
create unique index fax_number_current on fax_number (org_id, number) where ended_at is null;

-- To which number an organisation's sheets may go: the one that the directory has now, if it has passed.
create view org_fax_verified as
  select f.org_id, f.number from fax_number f join org o on o.id = f.org_id and o.fax = f.number
   where f.ended_at is null and f.confirmed_at is not null and f.tested_at is not null;

-- What is typed from paper instead of following a link; made when the first sheet is printed.
alter table invitation add column short_code text;
create unique index invitation_by_short_code on invitation (short_code);

-- Who guesses at codes waits, longer each time. client: a digest of the address, or '' for all of them together.
create table code_brake (
  client text primary key,
  failures integer not null,
  failed_at text not null,
  locked_until text
) strict;
