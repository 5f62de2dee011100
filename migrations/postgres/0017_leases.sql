-- Everything under a lease is found without a look at what is only planned.
create index notice_by_lease on notice (lease) where state = 'queued' and lease is not null;
