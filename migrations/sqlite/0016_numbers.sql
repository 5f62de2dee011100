-- The figures of a hospital are counted from its last thirteen months, never from its whole history.
create index conference_by_hospital on conference (hospital_id, starts_at);
