//! How a mail ends: who wrote it, where an answer arrives, and how such mails can be stopped.

use crate::app::App;
use crate::domain::notice::Switches;
use crate::store::notices::planned::Planned;

const AUTOMATIC: &str = "このメールは退院調整システム「おかえり」が自動で送りました。";
const NAMELESS: &str = "個人情報を守るため、患者さんのお名前や病名はメールに書いていません。";

/// The last lines of a mail.
pub(super) struct Ending {
    /// Where an answer arrives.
    replies: &'static str,
    /// Whether it is about somebody who isn't named.
    is_nameless: bool,
    /// The page on which such mails can be stopped; none where they can't be.
    pub(super) stop: Option<String>,
}

impl Ending {
    /// The ending of a mail with these messages, all to one receiver.
    pub(super) fn of(app: &App, notices: &[&Planned]) -> Self {
        let is_ahead = |notice: &&Planned| notice.conference_id.is_some() && !notice.kind.follows_up();
        let has_conference = notices.iter().any(is_ahead);
        let stop = Switches::of_mail(notices.iter().map(|notice| notice.kind));
        let stop = stop.zip(notices.first()).map(|(switches, first)| {
            format!("{}/notices/{}", app.base_url, app.secret.switch_link(first.org_id, switches))
        });
        let is_nameless = notices.iter().any(|notice| notice.case_code.is_some());
        Self { replies: replies(app.reads_replies, has_conference), is_nameless, stop }
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{AUTOMATIC}{}\n", self.replies);
        if self.is_nameless {
            text = text + NAMELESS + "\n";
        }
        if let Some(page) = &self.stop {
            text += "このお知らせが要らないときは、次のページで止められます（招待・日時変更・中止・前日のお知らせは止められません）。\n";
            text = text + page + "\n";
        }
        text
    }
}

/// What becomes of an answer to a mail. Calendar programs answer invitations to what is ahead; whoever writes words is read by
/// a person, and late, so what matters is said on the telephone.
const fn replies(are_read: bool, is_ahead: bool) -> &'static str {
    match (are_read, is_ahead) {
        (false, _) => "返信は届きません。",
        (true, true) => "カレンダーからの出欠の返信は届きます。それ以外のご連絡は、お電話でお願いいたします。",
        (true, false) => "ご連絡は、お電話でお願いいたします。",
    }
}

/// Who writes, and how to reach them.
pub(super) fn sender(notice: &Planned) -> Vec<String> {
    let Some(hospital) = &notice.hospital_name else { return Vec::new() };
    let organiser = notice.organiser_name.as_ref().map(|name| format!("　担当 {name}")).unwrap_or_default();
    let phone = notice.hospital_phone.as_ref().map(|phone| format!("電話 {phone}"));
    [format!("{hospital}{organiser}")].into_iter().chain(phone).collect()
}
