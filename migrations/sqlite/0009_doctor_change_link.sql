-- A change of doctor says who the prior doctor was that was told of it: another one who takes that place wasn't.
alter table doctor_change add column link_id blob references prior_link (id);
update doctor_change set link_id = (
  select l.id from prior_link l
   where l.case_id = doctor_change.case_id and l.role = 'prior_doctor' and l.created_at <= doctor_change.created_at
     and (l.ended_at is null or l.ended_at > doctor_change.created_at)
   order by l.created_at desc limit 1);
create index doctor_change_by_link on doctor_change (link_id);

-- What is on record about telling a member of the prior team, said once.
create view prior_link_trail as
  select l.id as link_id,
    (select min(n.sent_at) from notice n where n.link_id = l.id and n.state in ('sent', 'phoned', 'faxed', 'received')) as notified_at,
    coalesce(
      (select max(k.at) from contact_log k where k.link_id = l.id and k.outcome = 'reached'),
      (select max(d.prior_told_at) from doctor_change d where d.link_id = l.id)) as reached_at,
    (select count(*) from contact_log k where k.link_id = l.id and k.channel = 'phone' and k.outcome <> 'reached') as failed_calls,
    (select count(*) from answer a join invitation i on i.id = a.invitation_id where i.link_id = l.id) as answers
    from prior_link l;
