-- On which days a ward reported, when first and by which way: what 報告状況 counts, so that it never looks through the reports.
create table bed_day (
  ward_id blob not null references ward (id),
  day text not null,
  first_at text not null,
  kind text not null,
  primary key (ward_id, day)
) strict;
create index bed_day_by_day on bed_day (day);
insert into bed_day (ward_id, day, first_at, kind)
select ward_id, date(reported_at, '+9 hours'), min(reported_at), entry_kind from bed_report group by ward_id, date(reported_at, '+9 hours');

-- Messages of hospitals' own systems that were followed: each once.
create table bed_movement (
  org_id blob not null references org (id),
  control_id text not null,
  at text not null,
  primary key (org_id, control_id)
) strict;
