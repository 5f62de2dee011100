-- 回答の実績 counts what was asked since a day, whoever was asked.
create index bed_request_ask_by_time on bed_request_ask (asked_at);
