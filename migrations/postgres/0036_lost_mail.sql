-- Since when mail doesn't reach an organisation: what is still to be said goes by another way until somebody has looked at its
-- address.
alter table org add column mail_lost_at timestamptz;
