-- More kinds of messages, and what becomes of one that a person has to pass on. SQLite changes a check by its text:
-- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
pragma writable_schema = on;
update sqlite_schema set sql = replace(replace(sql,
  '''again'', ''bed_report'')', '''again'', ''bed_report'', ''poll'', ''poll_again'', ''minutes'', ''decision'')'),
  '''phoned'', ''not_sent'')', '''phoned'', ''not_sent'', ''to_do'', ''printed'', ''faxed'', ''received'')')
 where type = 'table' and name = 'notice';
update sqlite_schema set sql = replace(sql,
  '''unreachable'')', '''unreachable'', ''bounced'', ''printed'', ''faxed'', ''phoned'', ''received'')')
 where type = 'table' and name = 'delivery';
update sqlite_schema set sql = replace(sql, '''fax_print'')', '''fax_print'', ''mail'', ''code'')')
 where type = 'table' and name = 'answer';
update sqlite_schema set sql = replace(sql, 'check (state in (''called'', ''cancelled''))', 'check (state in (''polling'', ''called'', ''cancelled''))')
 where type = 'table' and name = 'conference';
pragma writable_schema = reset;

-- Several messages that left in one mail: the one whose Message-ID the mail bears.
alter table notice add column digest_id blob;
create index notice_by_org on notice (org_id, sent_at);
-- By which way an attempt was made, and by whom where a person made it.
alter table delivery add column channel text not null default 'mail' check (channel in ('mail', 'fax_print', 'phone', 'visit', 'app'));
alter table delivery add column by_account blob references account (id);
