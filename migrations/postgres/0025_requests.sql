-- Requests for a bed (後方支援の依頼): what is needed, who was asked, what they said, and what came of it. need and findings are JSON.
create table bed_request (
  id uuid primary key,
  code text not null unique,
  org_id uuid not null references org (id),
  asked_by uuid not null references account (id),
  asker text not null,
  programme_id uuid references programme (id),
  need text not null,
  findings text not null,
  patient_name text not null,
  in_turn boolean not null,
  minutes integer not null check (minutes > 0),
  state text not null check (state in ('open', 'confirmed', 'admitted', 'ended', 'withdrawn')),
  state_reason text not null,
  made_at timestamptz not null,
  changed_at timestamptz not null,
  admitted_at timestamptz,
  letter_at timestamptz,
  ended_on date,
  ending text,
  check (state not in ('admitted', 'ended') or admitted_at is not null),
  check ((state = 'ended') = (ended_on is not null))
);
create index bed_request_by_org on bed_request (org_id, made_at);
create index bed_request_open on bed_request (made_at) where state = 'open';

-- One for each hospital that is asked; one that isn't in the directory is written in by hand. A confirmed one holds a bed of its
-- ward until the admission.
create table bed_request_ask (
  id uuid primary key,
  request_id uuid not null references bed_request (id),
  org_id uuid references org (id),
  outside_name text not null,
  outside_phone text not null,
  state text not null check (state in ('waiting', 'answered', 'silent', 'confirmed', 'withdrawn')),
  by_rota boolean not null,
  asked_at timestamptz not null,
  answer_by timestamptz not null,
  reply text check (reply in ('accepted', 'conditional', 'declined')),
  reason text,
  words text not null,
  via text,
  answered_at timestamptz,
  answered_by uuid references account (id),
  answers integer not null,
  ward_id uuid references ward (id),
  confirmed_at timestamptz,
  unique (request_id, org_id),
  check ((org_id is null) = (outside_name <> '')),
  check ((reply is null) = (answered_at is null))
);
create index bed_request_ask_by_org on bed_request_ask (org_id, asked_at);
create index bed_request_ask_held on bed_request_ask (ward_id) where state = 'confirmed';

-- Who is told of the admission besides those who take part in the request: the home doctor and the care team.
create table bed_request_party (
  request_id uuid not null references bed_request (id),
  org_id uuid not null references org (id),
  primary key (request_id, org_id)
);

alter table notice add column request_id uuid references bed_request (id);
alter table notice add column ask_id uuid references bed_request_ask (id);
create index notice_by_request on notice (request_id) where request_id is not null;
create index notice_by_ask on notice (ask_id) where ask_id is not null;

-- Messages about requests, and what a promise makes of a report: each check as it stands, with more in it.
do $$
declare
  kinds text := (select pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = 'notice'::regclass and conname = 'notice_kind_check');
  ways text := (select pg_get_constraintdef(oid) from pg_constraint
                 where conrelid = 'bed_report'::regclass and conname = 'bed_report_entry_kind_check');
begin
  alter table notice drop constraint notice_kind_check;
  execute 'alter table notice add constraint notice_kind_check '
    || replace(kinds, $k$'bed_report'::text$k$,
      $k$'bed_report'::text, 'bed_asked'::text, 'bed_answered'::text, 'bed_silent'::text, 'bed_confirmed'::text, 'bed_withdrawn'::text, 'bed_admitted'::text, 'letter_due'::text$k$);
  alter table bed_report drop constraint bed_report_entry_kind_check;
  execute 'alter table bed_report add constraint bed_report_entry_kind_check '
    || replace(ways, $k$'proxy'::text$k$, $k$'proxy'::text, 'promise'::text$k$);
end $$;
