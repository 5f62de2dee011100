-- Programmes of back-up beds (後方支援病床): each with rules of its own, as JSON, so that a new kind of rule needs no migration.
create table programme (
  id uuid primary key,
  name text not null unique,
  rules text not null,
  active boolean not null,
  changed_at timestamptz not null,
  changed_by uuid not null references account (id)
);

-- The hospitals that take part, each with the number that is called.
create table programme_hospital (
  programme_id uuid not null references programme (id),
  org_id uuid not null references org (id),
  phone text not null,
  note text not null,
  position integer not null,
  primary key (programme_id, org_id)
);

-- The rota: who keeps how many beds on which weekday (0 is Monday), on which date, or, where neither is said, every day. A turn that
-- closes when it opens, or before, goes on past midnight.
create table programme_duty (
  id uuid primary key,
  programme_id uuid not null,
  org_id uuid not null,
  weekday integer check (weekday between 0 and 6),
  day date,
  opens text not null,
  closes text not null,
  beds integer not null check (beds between 0 and 99),
  valid_from date,
  valid_to date,
  foreign key (programme_id, org_id) references programme_hospital (programme_id, org_id),
  check (weekday is null or day is null),
  check (day is null or (valid_from is null and valid_to is null))
);
create index programme_duty_by_programme on programme_duty (programme_id, day);
