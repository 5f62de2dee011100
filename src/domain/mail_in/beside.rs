//! Whether somebody wrote something of their own beside the answer of their calendar program.

use super::{Itip, Mail, Said};

/// Whether the text of a mail says more than the answer that came with it. Only what programs are known to write is passed
/// over; a line that isn't known is taken for a person's.
#[must_use]
pub fn has_words(mail: &Mail, itip: &Itip) -> bool {
    if is_google(&mail.text) {
        return false;
    }
    let comment = flat(&itip.comment);
    if flat(&mail.text) == comment {
        return false;
    }
    let is_known = |line: &str| {
        line.is_empty() || itip.comment.lines().any(|known| known.trim() == line) || repeats(mail, itip, line)
    };
    !mail.text.lines().all(|line| is_known(line.trim()))
}

/// A text in one line, with single spaces.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What Google Calendar writes around the details of the event. A note of the person stands in another first line.
fn is_google(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim();
    first.ends_with(" this invitation.") && text.lines().any(|line| line.trim_end().ends_with(GOOGLE))
}

const GOOGLE: &str = "https://calendar.google.com/calendar/";

/// Whether a line is the subject again, or the word of the answer, alone or before the name of the event.
fn repeats(mail: &Mail, itip: &Itip, line: &str) -> bool {
    let event = parted(&mail.subject).map_or(mail.subject.as_str(), |(_, event)| event);
    let event = event.split(" @ ").next().unwrap_or_default();
    let is_event = |text: &str| !text.is_empty() && text == event;
    let is_word = |text: &str| words(&itip.said).contains(&text.to_lowercase().as_str());
    let is_pair = parted(line).is_some_and(|(word, rest)| is_word(word) && (rest.is_empty() || is_event(rest)));
    line == mail.subject || is_event(line) || is_word(line) || is_pair
}

fn parted(line: &str) -> Option<(&str, &str)> {
    line.split_once([':', '：']).map(|(word, rest)| (word.trim(), rest.trim()))
}

/// What calendar programs call an answer. The word of another answer isn't known: it contradicts.
const fn words(said: &Said) -> &'static [&'static str] {
    match said {
        Said::Accepted => &["accepted", "承諾", "承諾済み"],
        Said::Declined => &["declined", "辞退"],
        Said::Tentative => &["tentative", "tentatively accepted", "仮承諾", "仮の予定"],
        Said::Delegated { .. } => &["delegated", "委任"],
        Said::Proposed { .. } => &["new time proposed", "proposed new time", "新しい時間の提案", "新しい日時の提案"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_is_no_word_of_a_person() {
        let google = "a@example.jp has accepted this invitation.\n\n退院前カンファレンス\nTuesday Dec 8, 2026\n\n\n\
                      Invitation from Google Calendar: https://calendar.google.com/calendar/\n\nYou are receiving";
        let noted = google.replace("invitation.", "invitation with this note:\n\n\"10分遅れます\"");
        for (text, comment, expected) in [
            ("", "", false),
            (" \r\n\t", "", false),
            ("Accepted: 退院前カンファレンス", "", false),
            ("承諾：退院前カンファレンス\r\n", "", false),
            ("承諾", "", false),
            ("ACCEPTED:", "", false),
            ("退院前カンファレンス", "", false),
            ("午後なら\n伺えます", "午後なら\n伺えます\n", false),
            (google, "", false),
            (&noted, "", true),
            ("Declined: 退院前カンファレンス", "", true),
            ("Accepted: ただし10分遅れます", "", true),
            ("承諾\n\n10分遅れます", "", true),
            ("退院", "", true),
            ("10分遅れます", "", true),
            ("午後なら伺えます。窓口は田中です", "午後なら伺えます", true),
        ] {
            let mail = super::super::read(
                format!(
                    "From: a@example.jp\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Subject: Accepted: 退院前カンファレンス @ Tue Dec 8\r\n\r\n{text}"
                )
                .as_bytes(),
            );
            let (conference, attendee, comment) = (None, String::new(), comment.to_owned());
            let itip = Itip { said: Said::Accepted, conference, sequence: 0, attendee, written_at: None, comment };
            assert_eq!(has_words(&mail.unwrap(), &itip), expected, "{text}");
        }
    }
}
