-- When a ward takes patients in (受入時間帯): codes of src/domain/bed/hours.rs in their order, parted by commas; empty is not said.
alter table bed_report add column accept_hours text not null default '' check (accept_hours in ('', 'daytime', 'night', 'next_morning',
  'daytime,night', 'daytime,next_morning', 'night,next_morning', 'daytime,night,next_morning'));
