-- Who answered the three questions, where it wasn't the one who entered them: the holder of a link, or who filled a slip in.
alter table information_exchange add column person_name text not null default '';

-- What is typed from paper instead of following the link of the exchange that is due on short_code_day (20261124); the next
-- exchange has another one.
alter table backup_registration add column short_code text;
alter table backup_registration add column short_code_day integer;
create unique index backup_registration_by_short_code on backup_registration (short_code);

-- A message about the exchange, shortly before it is due: the check as it stands, with more in it.
do $$
declare
  kinds text := (select pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = 'notice'::regclass and conname = 'notice_kind_check');
begin
  alter table notice drop constraint notice_kind_check;
  execute 'alter table notice add constraint notice_kind_check '
    || replace(kinds, $k$'exchange_due'::text$k$, $k$'exchange_due'::text, 'exchange_again'::text$k$);
end $$;
