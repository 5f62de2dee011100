-- Programmes of back-up beds (後方支援病床): each with rules of its own, as JSON, so that a new kind of rule needs no migration.
create table programme (
  id blob primary key,
  name text not null unique,
  rules text not null,
  active integer not null check (active in (0, 1)),
  changed_at text not null,
  changed_by blob not null references account (id)
) strict;

-- The hospitals that take part, each with the number that is called.
create table programme_hospital (
  programme_id blob not null references programme (id),
  org_id blob not null references org (id),
  phone text not null,
  note text not null,
  position integer not null,
  primary key (programme_id, org_id)
) strict;

-- The rota: who keeps how many beds on which weekday (0 is Monday), on which date, or, where neither is said, every day. A turn that
-- closes when it opens, or before, goes on past midnight.
create table programme_duty (
  id blob primary key,
  programme_id blob not null,
  org_id blob not null,
  weekday integer check (weekday between 0 and 6),
  day text,
  opens text not null,
  closes text not null,
  beds integer not null check (beds between 0 and 99),
  valid_from text,
  valid_to text,
  foreign key (programme_id, org_id) references programme_hospital (programme_id, org_id),
  check (weekday is null or day is null),
  check (day is null or (valid_from is null and valid_to is null))
) strict;
create index programme_duty_by_programme on programme_duty (programme_id, day);
