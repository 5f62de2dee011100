-- People, where they work, and how they sign in.
create table account (
  id uuid primary key,
  login text not null unique,
  name text not null,
  name_kana text not null,
  licence text not null,
  mail text,
  password_hash text not null,
  must_change_password boolean not null,
  failures integer not null,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null
);

create table membership (
  account_id uuid not null references account (id),
  org_id uuid not null references org (id),
  role text not null,
  since timestamptz not null,
  ended_at timestamptz,
  primary key (account_id, org_id, role)
);
create index membership_by_org on membership (org_id);

-- step: what still has to happen before this session opens anything.
create table session (
  token_hash text primary key,
  account_id uuid not null references account (id),
  org_id uuid not null references org (id),
  step text not null check (step in ('change_password', 'second_factor', 'open')),
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_by_account on session (account_id);

create table api_token (
  id uuid primary key,
  account_id uuid not null references account (id),
  org_id uuid not null references org (id),
  name text not null,
  token_hash text not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz
);

-- A form or a call that comes twice acts once: the key is taken in the same transaction as the change.
create table request (
  account_id uuid not null references account (id),
  request_key text not null,
  fingerprint text not null,
  subject_id uuid,
  at timestamptz not null,
  primary key (account_id, request_key)
);
