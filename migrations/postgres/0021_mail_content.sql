-- The same mail is one with the same Message-ID and the same content: another content under a Message-ID that has come before
-- is kept as a mail of its own.
alter table mail_in add column content_digest text not null default '';
alter table mail_in drop constraint mail_in_message_id_key;
create unique index mail_in_content on mail_in (message_id, content_digest);
create unique index mail_in_first on mail_in (message_id) where why <> 'same_id';
