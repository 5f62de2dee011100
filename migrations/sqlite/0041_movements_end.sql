-- Messages that were followed long ago are forgotten.
create index bed_movement_by_time on bed_movement (at);
