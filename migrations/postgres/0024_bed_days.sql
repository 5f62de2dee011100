-- On which days a ward reported, when first and by which way: what 報告状況 counts, so that it never looks through the reports.
create table bed_day (
  ward_id uuid not null references ward (id),
  day date not null,
  first_at timestamptz not null,
  kind text not null,
  primary key (ward_id, day)
);
create index bed_day_by_day on bed_day (day);
insert into bed_day (ward_id, day, first_at, kind)
select distinct on (ward_id, day) ward_id, (reported_at at time zone 'Asia/Tokyo')::date as day, reported_at, entry_kind
  from bed_report order by ward_id, day, reported_at;

-- Messages of hospitals' own systems that were followed: each once.
create table bed_movement (
  org_id uuid not null references org (id),
  control_id text not null,
  at timestamptz not null,
  primary key (org_id, control_id)
);
