-- Requests for a bed (後方支援の依頼): what is needed, who was asked, what they said, and what came of it. need and findings are JSON.
create table bed_request (
  id blob primary key,
  code text not null unique,
  org_id blob not null references org (id),
  asked_by blob not null references account (id),
  asker text not null,
  programme_id blob references programme (id),
  need text not null,
  findings text not null,
  patient_name text not null,
  in_turn integer not null check (in_turn in (0, 1)),
  minutes integer not null check (minutes > 0),
  state text not null check (state in ('open', 'confirmed', 'admitted', 'ended', 'withdrawn')),
  state_reason text not null,
  made_at text not null,
  changed_at text not null,
  admitted_at text,
  letter_at text,
  ended_on text,
  ending text,
  check (state not in ('admitted', 'ended') or admitted_at is not null),
  check ((state = 'ended') = (ended_on is not null))
) strict;
create index bed_request_by_org on bed_request (org_id, made_at);
create index bed_request_open on bed_request (made_at) where state = 'open';

-- One for each hospital that is asked; one that isn't in the directory is written in by hand. A confirmed one holds a bed of its
-- ward until the admission.
create table bed_request_ask (
  id blob primary key,
  request_id blob not null references bed_request (id),
  org_id blob references org (id),
  outside_name text not null,
  outside_phone text not null,
  state text not null check (state in ('waiting', 'answered', 'silent', 'confirmed', 'withdrawn')),
  by_rota integer not null check (by_rota in (0, 1)),
  asked_at text not null,
  answer_by text not null,
  reply text check (reply in ('accepted', 'conditional', 'declined')),
  reason text,
  words text not null,
  via text,
  answered_at text,
  answered_by blob references account (id),
  answers integer not null,
  ward_id blob references ward (id),
  confirmed_at text,
  unique (request_id, org_id),
  check ((org_id is null) = (outside_name <> '')),
  check ((reply is null) = (answered_at is null))
) strict;
create index bed_request_ask_by_org on bed_request_ask (org_id, asked_at);
create index bed_request_ask_held on bed_request_ask (ward_id) where state = 'confirmed';

-- Who is told of the admission besides those who take part in the request: the home doctor and the care team.
create table bed_request_party (
  request_id blob not null references bed_request (id),
  org_id blob not null references org (id),
  primary key (request_id, org_id)
) strict, without rowid;

alter table notice add column request_id blob references bed_request (id);
alter table notice add column ask_id blob references bed_request_ask (id);
create index notice_by_request on notice (request_id) where request_id is not null;
create index notice_by_ask on notice (ask_id) where ask_id is not null;

-- Messages about requests, and what a promise makes of a report. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''bed_report''',
  '''bed_report'', ''bed_asked'', ''bed_answered'', ''bed_silent'', ''bed_confirmed'', ''bed_withdrawn'', ''bed_admitted'', ''letter_due''')
 where type = 'table' and name = 'notice';
update sqlite_schema set sql = replace(sql, '''proxy'', ', '''proxy'', ''promise'', ')
 where type = 'table' and name = 'bed_report';
pragma writable_schema = reset;
