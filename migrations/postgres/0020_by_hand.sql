-- What a person has to pass on about conferences, found without a look at those that are over.
create index notice_by_hand on notice (conference_id) where state in ('to_do', 'printed');
