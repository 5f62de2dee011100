-- Requests to their end: a promise that is taken back (the hospitals of before may be asked anew, a round later), a request that ends by
-- itself, and a hospital that is asked whether the patient came. offered_ward_id: the ward that the hospital chose with its answer.
alter table bed_request_ask add column round integer not null default 0 check (round >= 0);
alter table bed_request_ask add column taken_back_at text;
alter table bed_request_ask add column arrival_asked_at text;
alter table bed_request_ask add column offered_ward_id blob references ward (id);
-- What is typed from the FAX sheet instead of following a link.
alter table bed_request_ask add column short_code text;
create unique index bed_request_ask_by_short_code on bed_request_ask (short_code);

-- From which registration the patient was taken, and the case that the hospital opened.
alter table bed_request add column registration_id blob references backup_registration (id);
alter table bed_request add column case_id blob references discharge_case (id);

-- What isn't settled between what a ward counts and its promises: see src/domain/bed/promise.rs.
alter table bed_report add column held integer not null default 0 check (held >= 0);
alter table bed_report add column left_out integer not null default 0 check (left_out >= 0);
alter table bed_report add column counted_at text;
alter table bed_report add column ahead integer not null default 0;

-- A state and three messages more. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''ended'', ''withdrawn''))', '''ended'', ''withdrawn'', ''expired''))')
 where type = 'table' and name = 'bed_request';
update sqlite_schema set sql = replace(sql, '''bed_asked''', '''bed_asked'', ''bed_taken_back'', ''bed_expired'', ''bed_arrival''')
 where type = 'table' and name = 'notice';
pragma writable_schema = reset;
