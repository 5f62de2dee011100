-- Organisations of the region and what is known of them; the region's rules as data.
create table medical_area (
  code text primary key,
  name text not null
);

create table municipality (
  code text primary key,
  name text not null,
  area_code text not null references medical_area (code)
);

create table region_rule (
  code text primary key,
  value text not null,
  changed_at timestamptz not null
);

create table holiday (
  day date primary key,
  name text not null
);

-- source_key joins what several sources say of one organisation, and register holds all they said (JSON), so that a file
-- with fewer columns erases nothing. From edited_at on, its contact data are what a person entered.
create table org (
  id uuid primary key,
  kind text not null check (kind in ('hospital', 'clinic_with_beds', 'clinic', 'dental_clinic', 'pharmacy', 'visiting_nurse_station',
    'care_management_office', 'community_support_center', 'geriatric_health_facility', 'integrated_care_facility',
    'special_nursing_home', 'specified_facility', 'group_home', 'home_help_office', 'visiting_bath', 'visiting_rehab',
    'day_service', 'day_rehab', 'short_stay', 'welfare_equipment_provider', 'disability_consultation_office',
    'consultation_desk', 'medical_association', 'municipality', 'prefecture', 'health_center')),
  name text not null,
  name_kana text not null,
  search_key text not null,
  prefecture_code text,
  municipality_code text,
  municipality_name text,
  area_code text references medical_area (code),
  address text not null,
  latitude double precision,
  longitude double precision,
  phone text,
  fax text,
  mail text,
  url text,
  institution_number text,
  beds integer,
  departments text not null,
  preferred_channel text not null check (preferred_channel in ('mail', 'fax_print', 'phone', 'visit', 'app')),
  calendar text not null,
  hours_note text not null,
  network_member boolean not null,
  source text not null,
  source_key text not null unique,
  register text,
  edited_at timestamptz,
  changed_at timestamptz not null
);
create index org_by_kana on org (network_member, name_kana);
create index org_by_area on org (area_code, kind);

create table org_designation (
  org_id uuid not null references org (id),
  designation text not null check (designation in ('home_support_clinic', 'home_support_hospital', 'backup_hospital', 'cooperating_hospital')),
  primary key (org_id, designation)
);

-- ケアマネタイム: when a doctor takes calls from care managers.
create table care_manager_hours (
  id uuid primary key,
  org_id uuid not null references org (id),
  weekday integer not null check (weekday between 0 and 6),
  opens text not null,
  closes text not null,
  contact_person text not null,
  method text not null,
  note text not null,
  changed_at timestamptz not null
);
create index care_manager_hours_by_org on care_manager_hours (org_id, weekday);

-- The 二次医療圏 of Tokyo and their municipalities (東京都保健医療計画). Other regions add their own.
insert into medical_area (code, name) values
  ('1301', '区中央部'),
  ('1302', '区南部'),
  ('1303', '区西南部'),
  ('1304', '区西部'),
  ('1305', '区西北部'),
  ('1306', '区東北部'),
  ('1307', '区東部'),
  ('1308', '西多摩'),
  ('1309', '南多摩'),
  ('1310', '北多摩西部'),
  ('1311', '北多摩南部'),
  ('1312', '北多摩北部'),
  ('1313', '島しょ');
insert into municipality (code, name, area_code) values
  ('13101', '千代田区', '1301'), ('13102', '中央区', '1301'), ('13103', '港区', '1301'), ('13105', '文京区', '1301'), ('13106', '台東区', '1301'),
  ('13109', '品川区', '1302'), ('13111', '大田区', '1302'),
  ('13110', '目黒区', '1303'), ('13112', '世田谷区', '1303'), ('13113', '渋谷区', '1303'),
  ('13104', '新宿区', '1304'), ('13114', '中野区', '1304'), ('13115', '杉並区', '1304'),
  ('13116', '豊島区', '1305'), ('13117', '北区', '1305'), ('13119', '板橋区', '1305'), ('13120', '練馬区', '1305'),
  ('13118', '荒川区', '1306'), ('13121', '足立区', '1306'), ('13122', '葛飾区', '1306'),
  ('13107', '墨田区', '1307'), ('13108', '江東区', '1307'), ('13123', '江戸川区', '1307'),
  ('13205', '青梅市', '1308'), ('13218', '福生市', '1308'), ('13227', '羽村市', '1308'), ('13228', 'あきる野市', '1308'), ('13303', '瑞穂町', '1308'), ('13305', '日の出町', '1308'), ('13307', '檜原村', '1308'), ('13308', '奥多摩町', '1308'),
  ('13201', '八王子市', '1309'), ('13209', '町田市', '1309'), ('13212', '日野市', '1309'), ('13224', '多摩市', '1309'), ('13225', '稲城市', '1309'),
  ('13202', '立川市', '1310'), ('13207', '昭島市', '1310'), ('13214', '国分寺市', '1310'), ('13215', '国立市', '1310'), ('13220', '東大和市', '1310'), ('13223', '武蔵村山市', '1310'),
  ('13203', '武蔵野市', '1311'), ('13204', '三鷹市', '1311'), ('13206', '府中市', '1311'), ('13208', '調布市', '1311'), ('13210', '小金井市', '1311'), ('13219', '狛江市', '1311'),
  ('13211', '小平市', '1312'), ('13213', '東村山市', '1312'), ('13221', '清瀬市', '1312'), ('13222', '東久留米市', '1312'), ('13229', '西東京市', '1312'),
  ('13361', '大島町', '1313'), ('13362', '利島村', '1313'), ('13363', '新島村', '1313'), ('13364', '神津島村', '1313'), ('13381', '三宅村', '1313'), ('13382', '御蔵島村', '1313'), ('13401', '八丈町', '1313'), ('13402', '青ヶ島村', '1313'), ('13421', '小笠原村', '1313');
