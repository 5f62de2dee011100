-- With which version of the board a ward's report came, and since which one everything else on the board stands: so a board
-- that was read before is brought up to date by what was reported since.
alter table bed_current add column version integer not null default 0;
create index bed_current_by_version on bed_current (version);
alter table board_state add column whole integer not null default 0;
update board_state set version = version + 1;
update board_state set whole = version;
