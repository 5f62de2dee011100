-- More kinds of messages, and what becomes of one that a person has to pass on.
alter table notice drop constraint notice_kind_check;
alter table notice add check (kind in ('admitted', 'discharged', 'discharge_day', 'invite', 'moved', 'cancelled', 'd7', 'd3', 'd1', 'same_day',
  'minutes_24h', 'receipt_3d', 'again', 'bed_report', 'poll', 'poll_again', 'minutes', 'decision'));
alter table notice drop constraint notice_state_check;
alter table notice add check (state in ('queued', 'sent', 'bounced', 'failed', 'phoned', 'not_sent', 'to_do', 'printed', 'faxed', 'received'));
alter table delivery drop constraint delivery_outcome_check;
alter table delivery add check (outcome in ('sent', 'deferred', 'refused', 'unreachable', 'bounced', 'printed', 'faxed', 'phoned', 'received'));
alter table answer drop constraint answer_source_check;
alter table answer add check (source in ('link', 'app', 'api', 'phone', 'fax_print', 'mail', 'code'));
alter table conference drop constraint conference_state_check;
alter table conference add check (state in ('polling', 'called', 'cancelled'));

-- Several messages that left in one mail: the one whose Message-ID the mail bears.
alter table notice add column digest_id uuid;
create index notice_by_org on notice (org_id, sent_at);
-- By which way an attempt was made, and by whom where a person made it.
alter table delivery add column channel text not null default 'mail' check (channel in ('mail', 'fax_print', 'phone', 'visit', 'app'));
alter table delivery add column by_account uuid references account (id);
