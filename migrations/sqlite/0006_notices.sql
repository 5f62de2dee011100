-- What is due, what went out, and what came of it.
create table notice (
  id blob primary key,
  subject_id blob not null,
  kind text not null check (kind in ('admitted', 'discharged', 'discharge_day', 'invite', 'moved', 'cancelled', 'd7', 'd3', 'd1', 'same_day',
    'minutes_24h', 'receipt_3d', 'again', 'bed_report')),
  sequence integer not null,
  case_id blob references discharge_case (id),
  conference_id blob references conference (id),
  invitation_id blob references invitation (id),
  link_id blob references prior_link (id),
  org_id blob not null references org (id),
  channel text not null check (channel in ('mail', 'fax_print', 'phone', 'visit', 'app')),
  address text not null,
  due_at text not null,
  next_at text not null,
  state text not null check (state in ('queued', 'sent', 'bounced', 'failed', 'phoned', 'not_sent')),
  why text not null,
  attempts integer not null,
  leased_until text,
  lease blob,
  sent_at text,
  created_at text not null,
  unique (subject_id, kind, sequence)
) strict;
create index notice_due on notice (next_at) where state = 'queued';
create index notice_by_invitation on notice (invitation_id, state);
create index notice_by_conference on notice (conference_id);
create index notice_by_link on notice (link_id);
create index notice_by_case on notice (case_id, state);

-- One row per attempt, with the mail server's own words.
create table delivery (
  id blob primary key,
  notice_id blob not null references notice (id),
  at text not null,
  outcome text not null check (outcome in ('sent', 'deferred', 'refused', 'unreachable')),
  reply text not null
) strict;
create index delivery_by_notice on delivery (notice_id, at);

-- Where there is no mail server (the demo): what would have gone out, to be read at /outbox.
create table outbox (
  id blob primary key,
  notice_id blob not null references notice (id),
  recipient text not null,
  subject text not null,
  body text not null,
  calendar text not null,
  at text not null
) strict;
create index outbox_by_time on outbox (at);

create table job_run (
  name text primary key,
  at text not null,
  result text not null
) strict;
