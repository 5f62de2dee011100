-- Requests to their end: a promise that is taken back (the hospitals of before may be asked anew, a round later), a request that ends by
-- itself, and a hospital that is asked whether the patient came. offered_ward_id: the ward that the hospital chose with its answer.
alter table bed_request_ask add column round integer not null default 0 check (round >= 0);
alter table bed_request_ask add column taken_back_at timestamptz;
alter table bed_request_ask add column arrival_asked_at timestamptz;
alter table bed_request_ask add column offered_ward_id uuid references ward (id);
-- What is typed from the FAX sheet instead of following a link.
alter table bed_request_ask add column short_code text;
create unique index bed_request_ask_by_short_code on bed_request_ask (short_code);

-- From which registration the patient was taken, and the case that the hospital opened.
alter table bed_request add column registration_id uuid references backup_registration (id);
alter table bed_request add column case_id uuid references discharge_case (id);

-- What isn't settled between what a ward counts and its promises: see src/domain/bed/promise.rs.
alter table bed_report add column held integer not null default 0 check (held >= 0);
alter table bed_report add column left_out integer not null default 0 check (left_out >= 0);
alter table bed_report add column counted_at timestamptz;
alter table bed_report add column ahead integer not null default 0;

-- A state and three messages more; the check of the messages as it stands, with these in it.
alter table bed_request drop constraint bed_request_state_check;
alter table bed_request add constraint bed_request_state_check
  check (state in ('open', 'confirmed', 'admitted', 'ended', 'withdrawn', 'expired'));
do $$
declare
  kinds text := (select pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = 'notice'::regclass and conname = 'notice_kind_check');
begin
  alter table notice drop constraint notice_kind_check;
  execute 'alter table notice add constraint notice_kind_check '
    || replace(kinds, $k$'bed_asked'::text$k$,
      $k$'bed_asked'::text, 'bed_taken_back'::text, 'bed_expired'::text, 'bed_arrival'::text$k$);
end $$;
