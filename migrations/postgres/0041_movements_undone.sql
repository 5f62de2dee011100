-- Messages of a hospital's system: what each has changed, so that one that takes it back changes just that, found by a digest of the
-- patient's number that only our key makes; and they are forgotten after a time. Of when the newest arrival is that a ward was told of.
alter table bed_movement add column patient_mark text not null default '';
alter table bed_movement add column event text not null default '';
alter table bed_movement add column happened_at timestamptz;
alter table bed_movement add column changes text not null default '[]';
create index bed_movement_of_patient on bed_movement (org_id, patient_mark, event);
create index bed_movement_by_time on bed_movement (at);
alter table bed_report add column told_at timestamptz;
