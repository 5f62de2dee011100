-- The same mail is one with the same Message-ID and the same content: another content under a Message-ID that has come before
-- is kept as a mail of its own.
create table mail_in_new (
  id blob primary key,
  message_id text not null,
  content_digest text not null,
  received_at text not null,
  sender_domain text not null,
  kind text not null check (kind in ('reply', 'counter', 'bounce', 'delay', 'report', 'automatic', 'letter', 'unreadable')),
  fate text not null check (fate in ('applied', 'noted', 'waiting', 'settled')),
  why text not null,
  hospital_id blob references org (id),
  conference_id blob references conference (id),
  invitation_id blob references invitation (id),
  notice_id blob references notice (id),
  raw blob,
  settled_at text,
  settled_by blob references account (id),
  check (fate = 'waiting' or raw is null)
) strict;
insert into mail_in_new (id, message_id, content_digest, received_at, sender_domain, kind, fate, why, hospital_id, conference_id,
  invitation_id, notice_id, raw, settled_at, settled_by)
select id, message_id, '', received_at, sender_domain, kind, fate, why, hospital_id, conference_id, invitation_id, notice_id, raw,
  settled_at, settled_by from mail_in;
drop table mail_in;
alter table mail_in_new rename to mail_in;
create index mail_in_waiting on mail_in (hospital_id, received_at) where fate = 'waiting';
create unique index mail_in_content on mail_in (message_id, content_digest);
create unique index mail_in_first on mail_in (message_id) where why <> 'same_id';
