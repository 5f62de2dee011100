//! The fields of one row, and those for consent and documents.

use maud::{Markup, html};

use super::rows::{DECISION, POINT, WHO, field};
use crate::actions::conferences::File;
use crate::domain::conference::Mode;
use crate::domain::minutes::{Attendance, Side};
use crate::domain::person::Licence;
use crate::web::layout::Shown;
use crate::web::ui::form::{Choice, hidden_field, pair};

pub(super) fn point_fields(shown: &Shown<'_>, n: usize) -> Markup {
    let (heading, text) = (field(POINT, n, "heading"), field(POINT, n, "text"));
    let label = format!("議題 {}", n + 1);
    let known = shown.value(&heading);
    let title = shown.field(&heading, "見出し").text();
    html! {
        @if known.is_empty() { (shown.field(&heading, &label).hint("書き足すときの見出し").text()) }
        (shown.field(&text, if known.is_empty() { "内容" } else { known }).textarea(2))
        @if !known.is_empty() {
            details.more open[shown.error(&heading).is_some()] { summary { "見出しを直す" } (title) }
        }
    }
}

/// On whose side somebody may stand, or to whom a decision may go.
fn sides(file: &File) -> Vec<(String, String)> {
    let conference = &file.held.conference;
    let hospital = (Side::Hospital.code(), format!("{}（当院）", conference.hospital_name));
    let parties = file.held.parties.iter().map(|party| {
        let label = format!("{}（{}）", party.org_name, party.role.label());
        (Side::Party(party.invitation_id).code(), label)
    });
    let rest = [(Side::Family.code(), "本人・家族".to_owned()), (Side::Elsewhere.code(), "そのほか".to_owned())];
    [hospital].into_iter().chain(parties).chain(rest).collect()
}

pub(super) fn decision_fields(shown: &Shown<'_>, file: &File, n: usize) -> Markup {
    let [id, what, side, person, due_on] =
        ["id", "what", "side", "person", "due_on"].map(|name| field(DECISION, n, name));
    let sides = sides(file);
    let sides: Vec<_> = sides.iter().map(|(code, label)| (code.as_str(), label.as_str())).collect();
    let label = format!("決定 {}", n + 1);
    html! {
        fieldset.field {
            (hidden_field(&id, shown.value(&id)))
            (shown.field(&what, &label).textarea(2))
            (pair(&html! {
                (shown.field(&side, "担当").select(&sides))
                (shown.field(&person, "担当の方").text())
                (shown.field(&due_on, "期限").date())
            }))
        }
    }
}

pub(super) fn who_fields(shown: &Shown<'_>, file: &File, n: usize) -> Markup {
    let name = |name| field(WHO, n, name);
    let (side, person, licence, org) = (name("side"), name("name"), name("licence"), name("org"));
    let (mode, attendance, from, to) = (name("mode"), name("attendance"), name("from"), name("to"));
    let on_instruction = name("on_instruction");
    let known = sides(file);
    let sides: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(known.iter().map(|(code, label)| (code.as_str(), label.as_str())))
        .collect();
    let licences: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(Licence::ALL.iter().map(|licence| (licence.code(), licence.label())))
        .collect();
    let modes: Vec<_> = Mode::ALL.iter().map(|mode| (mode.code(), mode.label())).collect();
    let rare = [&org, &from, &to, &on_instruction];
    let differs = !shown.value(&mode).is_empty() && shown.value(&mode) != file.held.conference.mode.code();
    let is_open = differs || rare.iter().any(|name| !shown.value(name).is_empty() || shown.error(name).is_some());
    let attendances: Vec<_> = Attendance::ALL.iter().map(|what| (what.code(), what.label())).collect();
    html! {
        fieldset.field {
            legend.field__label { (n + 1) "人目" }
            (pair(&html! {
                (shown.field(&side, "立場").select(&sides))
                (shown.field(&person, "氏名").text())
                (shown.field(&licence, "職種").select(&licences))
                (shown.field(&attendance, "参加").select(&attendances))
            }))
            details.more open[is_open] {
                summary { "方法・時間・続柄など" }
                (pair(&html! {
                    (shown.field(&mode, "方法").select(&modes))
                    (shown.field(&org, "続柄・機関名").hint("家族と、そのほかの方").text())
                    (shown.field(&from, "いつから").hint("最初からなら空欄").time())
                    (shown.field(&to, "いつまで").hint("最後までなら空欄").time())
                }))
                (shown.field(&on_instruction, "在宅側").checks(&[Choice::new("yes", "医師の指示で参加")], &[shown.value(&on_instruction)]))
            }
        }
    }
}

pub(super) fn evidence_fields(shown: &Shown<'_>) -> Markup {
    let ticks = [
        ("screen_share_consent", "画面に個人情報を出すことに本人が同意した"),
        ("contact_sheet", "24時間連絡できる医師・看護師などを書いた文書を渡した"),
        ("co_located", "併設の施設、または同じ法人の施設へ退院する"),
        ("plan_shared", "退院支援計画を文書で説明し、退院先の施設と共有した"),
        ("equipment_planned", "福祉用具貸与が見込まれる"),
    ];
    html! {
        (pair(&html! {
            (shown.field("consent_on", "本人の同意日").date())
            (shown.field("document", "渡した文書の名前").hint("例：退院時共同指導説明書").text())
            (shown.field("handed_on", "渡した日").date())
            (shown.field("handed_to", "渡した相手").hint("例：本人、長女").text())
            (shown.field("handed_by", "渡した人").text())
        }))
        (shown.field("document_sha256", "渡した文書のSHA-256（ファイルのとき・任意）").hint("どの版を渡したかを、あとで確かめられます。電子カルテや文書管理のシステムが示す64文字の値です。").code())
        @for (name, label) in ticks {
            (shown.field(name, "").checks(&[Choice::new("yes", label)], &[shown.value(name)]))
        }
    }
}
