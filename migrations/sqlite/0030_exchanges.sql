-- Who answered the three questions, where it wasn't the one who entered them: the holder of a link, or who filled a slip in.
alter table information_exchange add column person_name text not null default '';

-- What is typed from paper instead of following the link of the exchange that is due on short_code_day (20261124); the next
-- exchange has another one.
alter table backup_registration add column short_code text;
alter table backup_registration add column short_code_day integer;
create unique index backup_registration_by_short_code on backup_registration (short_code);

-- A message about the exchange, shortly before it is due. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''exchange_due''', '''exchange_due'', ''exchange_again''')
 where type = 'table' and name = 'notice';
pragma writable_schema = reset;
