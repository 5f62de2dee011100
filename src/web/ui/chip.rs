//! Chips: a sign, a word and a colour, always the three together, so that nothing is said by colour alone.
//! Colours are those of the Digital Agency's design system (ratios of at least 6.4:1). A stale value is never green:
//! it has a tone of its own, grey and hatched.

use maud::{Markup, Render, html};

use super::icon::{Icon, icon};

/// The colour family of a chip, a notice or a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Green: possible, done.
    Good,
    /// Yellow: on conditions.
    Ask,
    /// Red: not possible, failed, overdue.
    Stop,
    /// Orange: needs someone today.
    Warn,
    /// Blue: under way.
    Info,
    /// White and grey: neutral.
    Plain,
    /// Grey and hatched: old or not reported.
    Stale,
}

impl Tone {
    /// The value of `data-tone` in the stylesheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Ask => "ask",
            Self::Stop => "stop",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Plain => "plain",
            Self::Stale => "stale",
        }
    }
}

/// A chip whose word is fixed. The modules below hold one constant for each state, so a page maps its own type to
/// them by one exhaustive match and writes `(chip::answer::ATTEND)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Colour family.
    pub tone: Tone,
    /// Sign before the word.
    pub icon: Icon,
    /// The word itself.
    pub text: &'static str,
}

impl Chip {
    const fn new(tone: Tone, icon: Icon, text: &'static str) -> Self {
        Self { tone, icon, text }
    }
}

impl Render for Chip {
    fn render(&self) -> Markup {
        chip(self.tone, self.icon, self.text)
    }
}

/// A chip with a word made for the moment, such as 「あと2日」.
#[must_use]
pub fn chip(tone: Tone, sign: Icon, text: &str) -> Markup {
    html! { span.chip data-tone=(tone.name()) { (icon(sign)) (text) } }
}

/// The small mark beside a label: 「必須」, 「代行」.
#[must_use]
pub fn mark(tone: Tone, text: &str) -> Markup {
    html! { span.mark data-tone=(tone.name()) { (text) } }
}

/// Whether a ward may be asked now.
pub mod acceptance {
    use super::{Chip, Icon, Tone};

    /// May be asked now.
    pub const ACCEPTING: Chip = Chip::new(Tone::Good, Icon::Circle, "受入可");
    /// Patients are taken in, but there is no bed now: nothing that looks like a free one.
    pub const FULL: Chip = Chip::new(Tone::Plain, Icon::Circle, "受入可");
    /// Conditions apply; call first.
    pub const ASK: Chip = Chip::new(Tone::Ask, Icon::Triangle, "要相談");
    /// Stopped.
    pub const NOT_ACCEPTING: Chip = Chip::new(Tone::Stop, Icon::Cross, "受入不可");
    /// No report at all.
    pub const NOT_REPORTED: Chip = Chip::new(Tone::Stale, Icon::Question, "未報告");
    /// A report that doesn't fit the ward any more.
    pub const UNSURE: Chip = Chip::new(Tone::Stale, Icon::Question, "要確認");
    /// A report past its limit.
    pub const OLD: Chip = Chip::new(Tone::Stale, Icon::Question, "古い");
    /// A report so old that it is left out of the sums.
    pub const REFERENCE_ONLY: Chip = Chip::new(Tone::Stale, Icon::Question, "参考外");
}

/// Where a discharge case stands.
pub mod case {
    use super::{Chip, Icon, Tone};

    /// Nothing decided yet.
    pub const DRAFT: Chip = Chip::new(Tone::Plain, Icon::Dash, "未設定");
    /// Collecting information.
    pub const GATHERING: Chip = Chip::new(Tone::Info, Icon::Pen, "情報収集中");
    /// Talking with the family.
    pub const FAMILY: Chip = Chip::new(Tone::Info, Icon::Person, "家族調整中");
    /// Talking with facilities.
    pub const PLACEMENT: Chip = Chip::new(Tone::Info, Icon::Home, "施設調整中");
    /// Long-term care insurance applied for.
    pub const CARE_APPLICATION: Chip = Chip::new(Tone::Info, Icon::Clipboard, "介護申請中");
    /// Where to is known.
    pub const DESTINATION_DECIDED: Chip = Chip::new(Tone::Good, Icon::Check, "退院先決定");
    /// Someone must act.
    pub const ACTION_NEEDED: Chip = Chip::new(Tone::Warn, Icon::Bang, "要対応");
    /// Has gone home.
    pub const DISCHARGED: Chip = Chip::new(Tone::Plain, Icon::Home, "退院済");
    /// Called off.
    pub const CANCELLED: Chip = Chip::new(Tone::Plain, Icon::Cross, "中止");
}

/// How far a member of the prior team has been brought in.
pub mod contact {
    use super::{Chip, Icon, Tone};

    /// Nobody has called yet.
    pub const NOT_CONTACTED: Chip = Chip::new(Tone::Warn, Icon::Bang, "未連絡");
    /// Has been told.
    pub const CONTACTED: Chip = Chip::new(Tone::Info, Icon::Phone, "連絡済");
    /// Will come to the conference.
    pub const ATTENDING: Chip = Chip::new(Tone::Good, Icon::Circle, "参加");
    /// Won't come.
    pub const ABSENT: Chip = Chip::new(Tone::Plain, Icon::Cross, "欠席");
    /// Nobody knows who it is.
    pub const UNKNOWN: Chip = Chip::new(Tone::Warn, Icon::Question, "不明");
    /// Confirmed that there is nobody.
    pub const NOBODY: Chip = Chip::new(Tone::Plain, Icon::Dash, "なし");
}

/// Answers to an invitation.
pub mod answer {
    use super::{Chip, Icon, Tone};

    /// Comes in person.
    pub const ATTEND: Chip = Chip::new(Tone::Good, Icon::Circle, "出席");
    /// Joins by video.
    pub const VIDEO: Chip = Chip::new(Tone::Good, Icon::Video, "ビデオ");
    /// Doesn't come.
    pub const ABSENT: Chip = Chip::new(Tone::Plain, Icon::Cross, "欠席");
    /// Sends someone.
    pub const PROXY: Chip = Chip::new(Tone::Info, Icon::Proxy, "代理");
    /// Gives an opinion in writing.
    pub const WRITTEN: Chip = Chip::new(Tone::Info, Icon::Pen, "書面");
    /// Not sure yet.
    pub const TENTATIVE: Chip = Chip::new(Tone::Ask, Icon::Triangle, "未定・条件付");
    /// Another time, please.
    pub const PROPOSE_OTHER: Chip = Chip::new(Tone::Ask, Icon::Calendar, "他の時間を提案");
    /// Silence.
    pub const NO_ANSWER: Chip = Chip::new(Tone::Warn, Icon::Bang, "未回答");
}

/// What became of one message to one person. Opening is not tracked.
pub mod delivery {
    use super::{Chip, Icon, Tone};

    /// Waiting to go out.
    pub const QUEUED: Chip = Chip::new(Tone::Plain, Icon::Clock, "送信待ち");
    /// Handed to the mail server.
    pub const SENT: Chip = Chip::new(Tone::Plain, Icon::Mail, "送信済");
    /// By telephone.
    pub const PHONED: Chip = Chip::new(Tone::Plain, Icon::Phone, "電話済");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_says_its_word_beside_its_colour() {
        let cases = [
            (acceptance::ACCEPTING, "good", "受入可"),
            (acceptance::OLD, "stale", "古い"),
            (answer::NO_ANSWER, "warn", "未回答"),
            (delivery::SENT, "plain", "送信済"),
        ];
        for (chip, tone, word) in cases {
            let html = chip.render().into_string();
            assert!(html.contains(&format!("data-tone=\"{tone}\"")), "{html}");
            assert!(html.contains(word), "{html}");
        }
    }
}
