-- What is cleared away is found by its age.
create index request_by_time on request (at);
create index session_by_end on session (expires_at);
create index code_brake_by_time on code_brake (failed_at);
