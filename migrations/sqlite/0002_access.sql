-- People, where they work, and how they sign in.
create table account (
  id blob primary key,
  login text not null unique,
  name text not null,
  name_kana text not null,
  licence text not null,
  mail text,
  password_hash text not null,
  must_change_password integer not null,
  failures integer not null,
  locked_until text,
  disabled_at text,
  created_at text not null
) strict;

create table membership (
  account_id blob not null references account (id),
  org_id blob not null references org (id),
  role text not null,
  since text not null,
  ended_at text,
  primary key (account_id, org_id, role)
) strict;
create index membership_by_org on membership (org_id);

-- step: what still has to happen before this session opens anything.
create table session (
  token_hash text primary key,
  account_id blob not null references account (id),
  org_id blob not null references org (id),
  step text not null check (step in ('change_password', 'second_factor', 'open')),
  created_at text not null,
  seen_at text not null,
  expires_at text not null
) strict;
create index session_by_account on session (account_id);

create table api_token (
  id blob primary key,
  account_id blob not null references account (id),
  org_id blob not null references org (id),
  name text not null,
  token_hash text not null unique,
  created_at text not null,
  revoked_at text
) strict;

-- A form or a call that comes twice acts once: the key is taken in the same transaction as the change.
create table request (
  account_id blob not null references account (id),
  request_key text not null,
  fingerprint text not null,
  subject_id blob,
  at text not null,
  primary key (account_id, request_key)
) strict;
