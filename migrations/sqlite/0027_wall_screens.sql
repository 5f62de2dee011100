-- 壁掛け画面: an address that shows the bed board and nothing else. Only its digest is kept.
create table wall_screen (
  id blob primary key,
  org_id blob not null references org (id),
  name text not null,
  token_hash text not null unique,
  created_at text not null,
  created_by blob not null references account (id),
  seen_at text,
  revoked_at text
) strict;
create index wall_screen_by_org on wall_screen (org_id) where revoked_at is null;
