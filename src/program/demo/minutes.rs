//! What was said at the conferences of the demo.

use chrono::{Days, NaiveDate};

use crate::actions::conferences::Held;
use crate::domain::calendar::day_of;
use crate::domain::case::PartyRole;
use crate::domain::conference::Mode;
use crate::domain::minutes::{Attendance, Attendee, Decision, Evidence, Minutes, Side};
use crate::domain::person::Licence;
use crate::id::DecisionId;

/// What was said to each point of the usual agenda.
const SAID: [&str; 10] = [
    "本人・長女から、情報の共有と画面への表示に同意を得た。録画はしない。",
    "経過は良好。入院前と同じ内服で安定している。",
    "創はなし。薬は一包化、朝夕の2回にまとめた。",
    "屋内は歩行器で自立。入浴は見守り。食事は軟飯・一口大。",
    "「家に帰りたい」。長女は夜間のトイレを心配している。",
    "元のかかりつけ医が引き続き主治医。24時間の連絡先はかかりつけ医と訪問看護。",
    "発熱や息苦しさは、まずかかりつけ医へ。入院が必要なときは当院が受ける。",
    "退院は予定日の午前。移送は家族の車。診療情報提供書と看護サマリーを当日までに送る。",
    "",
    "退院の1週間後に、ケアマネジャーから電話で様子を知らせる。",
];

/// The blank minutes of a conference, filled in.
pub(super) fn write(mut minutes: Minutes, held: &Held, today: NaiveDate) -> Minutes {
    for (point, said) in minutes.agenda.iter_mut().zip(SAID) {
        point.text = said.into();
    }
    let hospital = |name: &str, licence| Attendee {
        side: Side::Hospital,
        org: String::new(),
        org_kind: None,
        name: name.into(),
        licence: Some(licence),
        on_instruction: false,
        mode: Mode::InPerson,
        attendance: Attendance::Attended,
        from: None,
        to: None,
    };
    for who in minutes.attendees.iter_mut().filter(|who| who.side == Side::Hospital) {
        who.licence = Some(Licence::Nurse);
    }
    for who in minutes.attendees.iter_mut().filter(|who| who.name.is_empty() && who.attendance.was_there()) {
        who.name = "担当の方".into();
    }
    minutes.attendees.push(hospital("汐見 亮", Licence::Doctor));
    minutes.attendees.push(hospital("浦野 望", Licence::PhysicalTherapist));
    let family = Attendee { side: Side::Family, org: "長女".into(), ..hospital("（長女）", Licence::None) };
    minutes.attendees.push(family);
    let on = Some(day_of(held.conference.starts_at));
    minutes.evidence = Evidence {
        consent_on: on,
        screen_share_consent: true,
        document: "退院時共同指導説明書".into(),
        handed_on: on,
        handed_to: "本人と長女".into(),
        handed_by: "佐倉 恵".into(),
        contact_sheet: true,
        ..Evidence::default()
    };
    minutes.decisions = decisions(held, today);
    minutes
}

fn decisions(held: &Held, today: NaiveDate) -> Vec<Decision> {
    let party = |role: PartyRole| {
        let of_it = held.parties.iter().find(|party| party.role == role);
        of_it.map_or(Side::Hospital, |party| Side::Party(party.invitation_id))
    };
    let decision = |what: &str, side, days| Decision {
        id: DecisionId::fresh(),
        what: what.into(),
        side,
        owner: String::new(),
        person: String::new(),
        due_on: today.checked_add_days(Days::new(days)),
    };
    vec![
        decision("看護サマリーと診療情報提供書を送る", Side::Hospital, 0),
        decision("歩行器の貸与を手配する", party(PartyRole::PriorCareManager), 2),
        decision("退院後の最初の訪問診療の日を決める", party(PartyRole::PriorDoctor), 3),
    ]
}
