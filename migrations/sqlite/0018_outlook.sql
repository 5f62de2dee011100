-- What a ward expects within three days; and reports by the link of a mail or by a program, which no account makes. SQLite changes
-- a column by its text: https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'reported_by blob not null references account (id)', 'reported_by blob references account (id)')
 where type = 'table' and name = 'bed_report';
pragma writable_schema = reset;
alter table bed_report add column expected_72h integer not null default 0 check (expected_72h >= 0);

-- What a ward can take in and how, apart from today's numbers (JSON).
alter table ward add column profile text not null default '{}';
