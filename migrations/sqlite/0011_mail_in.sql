-- Mail that came back: each message once, what came of it, and its text only as long as it waits for a person.
create table mail_in (
  id blob primary key,
  message_id text not null unique,
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
create index mail_in_waiting on mail_in (hospital_id, received_at) where fate = 'waiting';

-- Secret addresses under which somebody's calendar program reads their conferences.
create table calendar_feed (
  id blob primary key,
  account_id blob not null references account (id),
  org_id blob not null references org (id),
  token_hash text not null unique,
  created_at text not null,
  revoked_at text
) strict;
create unique index calendar_feed_current on calendar_feed (account_id, org_id) where revoked_at is null;
