-- What is due, what went out, and what came of it.
create table notice (
  id uuid primary key,
  subject_id uuid not null,
  kind text not null check (kind in ('admitted', 'discharged', 'discharge_day', 'invite', 'moved', 'cancelled', 'd7', 'd3', 'd1', 'same_day',
    'minutes_24h', 'receipt_3d', 'again', 'bed_report')),
  sequence integer not null,
  case_id uuid references discharge_case (id),
  conference_id uuid references conference (id),
  invitation_id uuid references invitation (id),
  link_id uuid references prior_link (id),
  org_id uuid not null references org (id),
  channel text not null check (channel in ('mail', 'fax_print', 'phone', 'visit', 'app')),
  address text not null,
  due_at timestamptz not null,
  next_at timestamptz not null,
  state text not null check (state in ('queued', 'sent', 'bounced', 'failed', 'phoned', 'not_sent')),
  why text not null,
  attempts integer not null,
  leased_until timestamptz,
  lease uuid,
  sent_at timestamptz,
  created_at timestamptz not null,
  unique (subject_id, kind, sequence)
);
create index notice_due on notice (next_at) where state = 'queued';
create index notice_by_invitation on notice (invitation_id, state);
create index notice_by_conference on notice (conference_id);
create index notice_by_link on notice (link_id);
create index notice_by_case on notice (case_id, state);

-- One row per attempt, with the mail server's own words.
create table delivery (
  id uuid primary key,
  notice_id uuid not null references notice (id),
  at timestamptz not null,
  outcome text not null check (outcome in ('sent', 'deferred', 'refused', 'unreachable')),
  reply text not null
);
create index delivery_by_notice on delivery (notice_id, at);

-- Where there is no mail server (the demo): what would have gone out, to be read at /outbox.
create table outbox (
  id uuid primary key,
  notice_id uuid not null references notice (id),
  recipient text not null,
  subject text not null,
  body text not null,
  calendar text not null,
  at timestamptz not null
);
create index outbox_by_time on outbox (at);

create table job_run (
  name text primary key,
  at timestamptz not null,
  result text not null
);
