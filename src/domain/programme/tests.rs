//! Eight programmes as they stand in public, written in our words, and requests held against them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use super::{Ask, Asker, Condition, Duty, Home, On, Programme, Purpose, Rule, Verdict, ahead, check, on_duty};
use crate::domain::calendar::{Hours, at};
use crate::id::OrgId;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    format!("{}:00+09:00", text.replace(' ', "T")).parse().unwrap()
}

fn residents(municipality: &str) -> Programme {
    Programme { municipalities: vec![municipality.into()], askers: vec![Asker::Doctor], ..Programme::default() }
}

/// 新宿区: <https://www.city.shinjuku.lg.jp/fukushi/file02_04_00001.html>
fn shinjuku() -> Programme {
    Programme { max_days: Some(14), conditions: vec![Condition::ManagedAtHome], ..residents("新宿区") }
}

/// 目黒区: <https://www.city.meguro.tokyo.jp/fukushisougou/kenkoufukushi/koureisha/zaitakuryouyousiennbyousyoukakuh.html>
fn meguro() -> Programme {
    Programme {
        askers: vec![Asker::Doctor, Asker::VisitingNurse, Asker::CareManager, Asker::Family],
        excluded_homes: Home::ALL.iter().copied().filter(|home| !matches!(home, Home::Own | Home::GroupHome)).collect(),
        conditions: vec![Condition::ManagedAtHome, Condition::CareCertificate],
        ..residents("目黒区")
    }
}

/// 墨田区: <http://www.city.sumida.lg.jp/kenko_fukushi/kenko/kenko_zukuri/seizin_koureisya/zaitakubyosyokakuho.html>
fn sumida() -> Programme {
    Programme {
        min_age: Some(18),
        max_days: Some(14),
        beds_a_day: Some(2),
        conditions: vec![Condition::ManagedAtHome, Condition::NoA206],
        ..residents("墨田区")
    }
}

/// 稲城市: <https://www.city.inagi.tokyo.jp/smph/kenko/koureifukushi/zaitakuiryou_kaigo/zaitakuiryoushienbyoushoukakuhojigyou.html>
fn inagi() -> Programme {
    let forms = "第1号様式 申請書、第2号様式 基本情報シート兼ADL表（入院のときに渡す）".into();
    Programme {
        max_days: Some(14),
        beds_a_day: Some(1),
        forms,
        conditions: vec![Condition::CareCertificate],
        ..residents("稲城市")
    }
}

/// 北区: <https://www.city.kita.tokyo.jp/chiiki_iryo/chiikiiryo/kyouryoku.html>
fn kita() -> Programme {
    Programme {
        purposes: Purpose::ALL.to_vec(),
        conditions: vec![Condition::CareCertificate, Condition::OtherOwner, Condition::NoA206],
        ..residents("北区")
    }
}

/// 所沢市: <https://www.tokorozawa-renkei.net/blank-3>
fn tokorozawa() -> Programme {
    let daytime = Hours::new(NaiveTime::from_hms_opt(9, 0, 0).unwrap(), NaiveTime::from_hms_opt(17, 0, 0).unwrap());
    Programme {
        purposes: Purpose::ALL.to_vec(),
        max_days: Some(14),
        beds_a_day: Some(1),
        hours: std::array::from_fn(|_| vec![daytime.unwrap()]),
        conditions: vec![Condition::Registered, Condition::Consented],
        ..residents("所沢市")
    }
}

/// 吉川市・松伏町: <https://zaitakupf.mhlw.go.jp/example/14>
fn yoshikawa() -> Programme {
    Programme {
        municipalities: vec!["吉川市".into(), "松伏町".into()],
        askers: vec![Asker::Doctor],
        max_days: Some(14),
        beds_a_day: Some(1),
        conditions: vec![Condition::Registered, Condition::Consented],
        ..Programme::default()
    }
}

/// 港区: <https://www.city.minato.tokyo.jp/chikihoukatsukea/kouhoushien.html>
fn minato() -> Programme {
    Programme {
        askers: vec![Asker::Doctor, Asker::CareManager],
        purposes: Purpose::ALL.to_vec(),
        max_days: Some(14),
        ..residents("港区")
    }
}

/// A home doctor's request on a Tuesday morning that every programme would take, as far as anybody knows.
fn ask(municipality: &str) -> Ask {
    Ask {
        asker: Asker::Doctor,
        at: moment("2026-11-24 10:00"),
        municipality: Some(municipality.into()),
        age: Some(84),
        known: Condition::ALL.iter().map(|condition| (*condition, true)).collect(),
        purpose: Purpose::Change,
        home: Home::Own,
        days: Some(14),
    }
}

fn without(missing: &[Condition]) -> Ask {
    let mut ask = ask("");
    ask.known.extend(missing.iter().map(|condition| (*condition, false)));
    ask
}

fn not(verdict: Verdict, programme: &Programme, ask: &Ask) -> Vec<Rule> {
    let findings = check(programme, ask).into_iter().filter(|finding| finding.verdict == verdict);
    findings.map(|finding| finding.rule).collect()
}

#[test]
fn each_programme_takes_its_own_patients() {
    let all = [
        (shinjuku(), "新宿区"),
        (meguro(), "目黒区"),
        (sumida(), "墨田区"),
        (inagi(), "稲城市"),
        (kita(), "北区"),
        (tokorozawa(), "所沢市"),
        (yoshikawa(), "松伏町"),
        (minato(), "港区"),
    ];
    for (programme, municipality) in &all {
        let named = Programme { name: (*municipality).into(), ..programme.clone() };
        assert_eq!(named.check(day("2026-11-24")), Ok(()), "{municipality}");
        let open = |verdict| not(verdict, programme, &ask(municipality));
        assert_eq!((open(Verdict::NotMet), open(Verdict::Unknown)), (vec![], vec![]), "{municipality}");
        assert_eq!(not(Verdict::NotMet, programme, &ask("葛飾区")), [Rule::Residence], "{municipality}");
        let stored = serde_json::to_string(programme).unwrap();
        assert_eq!(serde_json::from_str::<Programme>(&stored).unwrap(), *programme, "{municipality}");
    }
}

#[test]
fn each_programme_refuses_by_its_own_rules() {
    let doctor = || ask("");
    let here = |programme: &Programme, ask: Ask| Ask { municipality: programme.municipalities.first().cloned(), ..ask };
    let respite = Ask { purpose: Purpose::Respite, ..doctor() };
    let nurse = Ask { asker: Asker::VisitingNurse, ..doctor() };
    let family = Ask { asker: Asker::Family, ..doctor() };
    let uncertified = without(&[Condition::CareCertificate]);
    let at_night = Ask { at: moment("2026-11-24 17:00"), ..doctor() };
    let cases = [
        (shinjuku(), respite.clone(), vec![Rule::Purpose]),
        (shinjuku(), Ask { days: Some(15), ..doctor() }, vec![Rule::Stay]),
        (shinjuku(), at_night.clone(), vec![]),
        (meguro(), family.clone(), vec![]),
        (meguro(), uncertified.clone(), vec![Rule::Condition(Condition::CareCertificate)]),
        (meguro(), Ask { home: Home::SpecialNursingHome, ..doctor() }, vec![Rule::Home]),
        (meguro(), Ask { home: Home::GroupHome, ..doctor() }, vec![]),
        (sumida(), Ask { age: Some(17), ..doctor() }, vec![Rule::Age]),
        (sumida(), Ask { age: Some(18), ..doctor() }, vec![]),
        (sumida(), without(&[Condition::NoA206]), vec![Rule::Condition(Condition::NoA206)]),
        (inagi(), family, vec![Rule::Asker]),
        (inagi(), uncertified, vec![Rule::Condition(Condition::CareCertificate)]),
        (kita(), respite.clone(), vec![]),
        (
            kita(),
            without(&[Condition::OtherOwner, Condition::NoA206]),
            vec![Rule::Condition(Condition::OtherOwner), Rule::Condition(Condition::NoA206)],
        ),
        (tokorozawa(), without(&[Condition::Registered]), vec![Rule::Condition(Condition::Registered)]),
        (tokorozawa(), at_night, vec![Rule::Hours]),
        (tokorozawa(), Ask { at: moment("2026-11-23 09:00"), ..doctor() }, vec![]),
        (yoshikawa(), without(&[Condition::Consented]), vec![Rule::Condition(Condition::Consented)]),
        (minato(), Ask { asker: Asker::CareManager, ..respite }, vec![]),
        (minato(), nurse, vec![Rule::Asker]),
    ];
    for (programme, ask, expected) in cases {
        let ask = here(&programme, ask);
        assert_eq!(not(Verdict::NotMet, &programme, &ask), expected, "{programme:?} {ask:?}");
    }
}

#[test]
fn what_nobody_has_said_is_asked_and_not_refused() {
    let silent = Ask { municipality: None, age: None, known: HashMap::new(), days: None, ..ask("") };
    assert_eq!(not(Verdict::NotMet, &kita(), &silent), []);
    let open = [
        Rule::Residence,
        Rule::Condition(Condition::CareCertificate),
        Rule::Condition(Condition::OtherOwner),
        Rule::Condition(Condition::NoA206),
    ];
    assert_eq!(not(Verdict::Unknown, &kita(), &silent), open);
    let open =
        [Rule::Residence, Rule::Stay, Rule::Condition(Condition::Registered), Rule::Condition(Condition::Consented)];
    assert_eq!(not(Verdict::Unknown, &tokorozawa(), &silent), open);
}

#[test]
fn a_stay_is_counted_from_the_day_of_admission() {
    assert_eq!(shinjuku().last_day(day("2026-11-24")), Some(day("2026-12-07")));
    assert_eq!(kita().last_day(day("2026-11-24")), None);
}

#[test]
fn what_the_desk_enters_is_checked() {
    let good = Programme { name: "確保事業".into(), ..sumida() };
    let cases: [(Programme, &str); 6] = [
        (Programme { name: String::new(), ..good.clone() }, "name"),
        (Programme { askers: vec![], ..good.clone() }, "askers"),
        (Programme { max_days: Some(0), ..good.clone() }, "max_days"),
        (Programme { min_age: Some(121), ..good.clone() }, "min_age"),
        (Programme { source_url: "javascript:alert(1)".into(), ..good.clone() }, "source_url"),
        (Programme { checked_on: Some(day("2026-11-25")), ..good }, "checked_on"),
    ];
    for (programme, field) in cases {
        let faults = programme.check(day("2026-11-24")).unwrap_err();
        assert_eq!(faults.0.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), [field]);
    }
}

fn duty(org: OrgId, on: On, hours: (u32, u32)) -> Duty {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    Duty { org, on, from: time(hours.0), to: time(hours.1), beds: 1, valid_from: None, valid_to: None }
}

#[test]
fn a_date_stands_above_the_weekday() {
    let [mon, tue, swap] = std::array::from_fn(|_| OrgId::fresh());
    // 2026-11-23 is a Monday.
    let rota = [
        duty(mon, On::Weekday(Weekday::Mon), (9, 17)),
        duty(tue, On::Weekday(Weekday::Tue), (9, 17)),
        duty(swap, On::Date(day("2026-11-24")), (9, 17)),
        Duty { beds: 0, ..duty(mon, On::Date(day("2026-12-28")), (9, 17)) },
        Duty {
            valid_from: Some(day("2026-12-01")),
            valid_to: Some(day("2026-12-31")),
            ..duty(swap, On::Daily, (9, 17))
        },
    ];
    for (on, expected) in [
        ("2026-11-23", vec![mon]),
        ("2026-11-24", vec![swap]),
        ("2026-11-25", vec![]),
        ("2026-12-01", vec![tue, swap]),
        ("2026-12-28", vec![]),
        ("2026-12-30", vec![swap]),
        ("2027-01-01", vec![]),
    ] {
        let found: Vec<_> = on_duty(&rota, day(on)).into_iter().map(|duty| duty.org).collect();
        assert_eq!(found, expected, "{on}");
    }
}

/// How many turns last at a moment.
fn lasting(rota: &[Duty], now: DateTime<Utc>) -> usize {
    ahead(rota, now).into_iter().filter(|(day, duty)| duty.span(*day).0 <= now).count()
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let night = OrgId::fresh();
    let rota = [duty(night, On::Weekday(Weekday::Mon), (17, 9))];
    for (now, expected) in [
        ("2026-11-23 16:59", 0),
        ("2026-11-23 17:00", 1),
        ("2026-11-24 08:59", 1),
        ("2026-11-24 09:00", 0),
        ("2026-11-24 18:00", 0),
    ] {
        assert_eq!(lasting(&rota, moment(now)), expected, "{now}");
    }
    let whole = [duty(night, On::Daily, (0, 0))];
    let (from, to) = whole[0].span(day("2026-11-23"));
    assert_eq!((from, to - from), (at(day("2026-11-23"), NaiveTime::MIN), TimeDelta::days(1)));
    assert_eq!(lasting(&whole, moment("2026-11-24 00:00")), 1);
}
