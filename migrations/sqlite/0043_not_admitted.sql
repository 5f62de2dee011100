-- In which report an admission was counted, so that it can be taken back where nobody has counted anew since.
alter table bed_request add column counted_in blob references bed_report (id);

-- Whether a hospital outside the network that said yes is to be told by telephone that it needn't wait; and when it answered last.
alter table bed_request_ask add column to_call integer not null default 0 check (to_call in (0, 1));
alter table bed_request_ask add column said_at text;

-- A message that an admission was none. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''bed_asked''', '''bed_asked'', ''bed_not_admitted''')
 where type = 'table' and name = 'notice';
pragma writable_schema = reset;
