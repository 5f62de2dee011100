-- In which report an admission was counted, so that it can be taken back where nobody has counted anew since.
alter table bed_request add column counted_in uuid references bed_report (id);

-- Whether a hospital outside the network that said yes is to be told by telephone that it needn't wait; and when it answered last.
alter table bed_request_ask add column to_call boolean not null default false;
alter table bed_request_ask add column said_at timestamptz;

-- A message that an admission was none: the check as it stands, with more in it.
do $$
declare
  kinds text := (select pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = 'notice'::regclass and conname = 'notice_kind_check');
begin
  alter table notice drop constraint notice_kind_check;
  execute 'alter table notice add constraint notice_kind_check '
    || replace(kinds, $k$'bed_asked'::text$k$, $k$'bed_asked'::text, 'bed_not_admitted'::text$k$);
end $$;
