-- What is looked for often is found without a look at all there ever was: sheets that lie on the pile or were sent lately, what a
-- person passes on, requests that still move, whose address a mail comes from, and whether the same words came before.
create index notice_on_paper on notice (state, sent_at) where channel = 'fax_print';
create index notice_to_pass_on on notice (request_id) where request_id is not null and state in ('to_do', 'printed');
create index bed_request_moving on bed_request (made_at) where state in ('open', 'confirmed');
create index org_by_mail on org (lower(trim(mail)));
create index mail_in_by_content on mail_in (content_digest);
