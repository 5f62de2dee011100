//! Signs drawn as one stroke each, in the colour of the text beside them.
//! Every sign stands next to a word, so all of them are hidden from screen readers.

use maud::{Markup, html};

/// A sign. The first five are the acceptance signs of the bed board; the rest say what a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// ○ possible.
    Circle,
    /// △ on conditions.
    Triangle,
    /// × not possible.
    Cross,
    /// ? not known.
    Question,
    /// ! look here.
    Bang,
    /// Done.
    Check,
    /// None, or not yet.
    Dash,
    /// Waiting.
    Clock,
    /// Mail.
    Mail,
    /// Telephone.
    Phone,
    /// Video call.
    Video,
    /// In writing.
    Pen,
    /// One person.
    Person,
    /// Someone instead of someone.
    Proxy,
    /// A date.
    Calendar,
    /// Home.
    Home,
    /// A bed.
    Bed,
    /// Doctor.
    Doctor,
    /// Dentist.
    Tooth,
    /// Pharmacy.
    Capsule,
    /// Care manager.
    Clipboard,
    /// Visiting nurse.
    Heart,
    /// Information.
    Info,
    /// Onwards.
    Arrow,
    /// Paper and FAX.
    Print,
}

impl Icon {
    /// The stroke on a 24 × 24 field.
    const fn path(self) -> &'static str {
        match self {
            Self::Circle => "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16Z",
            Self::Triangle => "M12 4.5 21 20H3Z",
            Self::Cross => "M5.5 5.5l13 13M18.5 5.5l-13 13",
            Self::Question => "M8 8.5a4 4 0 1 1 5.7 3.7c-1.1.6-1.7 1.4-1.7 2.9M12 19.5v.01",
            Self::Bang => "M12 4v10.5M12 19.5v.01",
            Self::Check => "M4.5 12.5l5 5L19.5 7",
            Self::Dash => "M5 12h14",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18ZM12 7v5l3.5 2",
            Self::Mail => "M3 6h18v12.5H3ZM3.5 7l8.5 6.5L20.5 7",
            Self::Phone => {
                "M6 3.5h3l2 5-2.5 1.8a12 12 0 0 0 5.2 5.2L15.5 13l5 2v3a2.6 2.6 0 0 1-2.8 2.5C9.8 20.2 3.8 14.2 3.5 6.3A2.6 2.6 0 0 1 6 3.5Z"
            }
            Self::Video => "M3 7h11.5v10H3ZM14.5 11l6.5-3.5v9L14.5 13",
            Self::Pen => "M4 20l1-5L16 4l4 4L9 19ZM13.5 6.5l4 4",
            Self::Person => "M12 3.5a4 4 0 1 0 0 8a4 4 0 0 0 0-8ZM4 20.5c.6-4.2 3.6-6 8-6s7.4 1.8 8 6",
            Self::Proxy => {
                "M9 4a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 8h5.5M19 5.5 21.5 8 19 10.5"
            }
            Self::Calendar => "M4 5.5h16V20.5H4ZM4 10.5h16M8.5 3v5M15.5 3v5",
            Self::Home => "M3 11.5l9-8 9 8M5.5 9.5v11h13v-11M10 20.5v-6h4v6",
            Self::Bed => "M3 5v15M3 16.5h18V20M21 16.5v-3.5a3 3 0 0 0-3-3h-7v6.5M7 11.5v.01",
            Self::Doctor => {
                "M6.5 3H4v6a4.5 4.5 0 0 0 9 0V3h-2.5M8.5 13.5V16a5 5 0 0 0 10 0v-2M18.5 10a2 2 0 1 0 0 4a2 2 0 0 0 0-4Z"
            }
            Self::Tooth => {
                "M7 3.5c2 0 3 1 5 1s3-1 5-1c2.4 0 3.8 1.8 3.8 4.6 0 3-1.4 4-1.9 6.9-.4 2.8-1 5.5-2.4 5.5-2 0-1.4-5.5-4.5-5.5s-2.5 5.5-4.5 5.5c-1.4 0-2-2.7-2.4-5.5C4.6 12.1 3.2 11.1 3.2 8.1c0-2.8 1.4-4.6 3.8-4.6Z"
            }
            Self::Capsule => "M5 12.5l7.5-7.5a4.5 4.5 0 0 1 6.5 6.5L11.5 19A4.5 4.5 0 0 1 5 12.5ZM9 8.5l6.5 6.5",
            Self::Clipboard => "M8 5H5v15.5h14V5h-3M8 3.5h8v4H8ZM8.5 12h7M8.5 16h4.5",
            Self::Heart => "M12 20S3.5 14.8 3.5 9.2A4.6 4.6 0 0 1 12 7a4.6 4.6 0 0 1 8.5 2.2C20.5 14.8 12 20 12 20Z",
            Self::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18ZM12 11v6M12 7.2v.01",
            Self::Arrow => "M4.5 12h15M13 5.5l6.5 6.5L13 18.5",
            Self::Print => "M7 9V3.5h10V9M7 17H3.5V9h17v8H17M7 14h10v6.5H7Z",
        }
    }
}

/// The sign as inline SVG, 1.25 em high.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false" {
            path d=(icon.path()) {}
        }
    }
}
