-- What a ward expects within three days; and reports by the link of a mail or by a program, which no account makes.
alter table bed_report alter column reported_by drop not null;
alter table bed_report add column expected_72h integer not null default 0 check (expected_72h >= 0);

-- What a ward can take in and how, apart from today's numbers (JSON).
alter table ward add column profile text not null default '{}';
