-- What each ward of the network said last on each day in Japan, kept when it reports: the history of years is read from it, not from
-- every report. Summed over the network, a day is read by the index.
create table ward_day (
  ward_id uuid not null references ward (id),
  day date not null,
  kind text not null,
  as_of timestamptz not null,
  capacity integer not null,
  occupied integer not null,
  accepting integer not null,
  backup_accepting integer not null,
  acceptance text not null,
  primary key (ward_id, day)
);
create index ward_day_by_day on ward_day (day);
insert into ward_day (ward_id, day, kind, as_of, capacity, occupied, accepting, backup_accepting, acceptance)
select ward_id, day, kind, as_of, capacity, occupied, accepting, backup_accepting, acceptance
  from (select r.ward_id, (r.as_of at time zone 'Asia/Tokyo')::date as day, w.kind, r.as_of, r.capacity, r.occupied, r.accepting, r.backup_accepting, r.acceptance,
               row_number() over (partition by r.ward_id, (r.as_of at time zone 'Asia/Tokyo')::date order by r.as_of desc, r.id desc) as place
          from bed_report r join ward w on w.id = r.ward_id join org o on o.id = w.org_id
         where o.network_member) said
 where place = 1;
