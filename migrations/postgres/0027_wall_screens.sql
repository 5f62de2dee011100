-- 壁掛け画面: an address that shows the bed board and nothing else. Only its digest is kept.
create table wall_screen (
  id uuid primary key,
  org_id uuid not null references org (id),
  name text not null,
  token_hash text not null unique,
  created_at timestamptz not null,
  created_by uuid not null references account (id),
  seen_at timestamptz,
  revoked_at timestamptz
);
create index wall_screen_by_org on wall_screen (org_id) where revoked_at is null;
