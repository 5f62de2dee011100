//! Where a request stands in the eyes of each side: who has something to do about it now.

use super::{AskState, Reply, RequestState};

/// A question to one hospital, as far as it matters here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Question {
    /// How it stands.
    pub state: AskState,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Whether the hospital took its promise back.
    pub taken_back: bool,
}

/// Where a request stands for who made it; what presses first stands first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// A hospital accepts: the clinic decides.
    Accepted,
    /// One accepts on a condition, and none without: the clinic decides.
    Conditional,
    /// The hospital that was chosen took its promise back, and nobody else is waited for.
    TakenBack,
    /// A hospital is silent: somebody telephones.
    Silent,
    /// Nobody accepts, and nobody is waited for.
    Nobody,
    /// Answers are waited for.
    Waiting,
    /// It isn't open any more.
    Past(RequestState),
}

/// Where a request stands for who made it. Who only waits is told to wait; as soon as somebody may be chosen, the clinic is waited for,
/// whatever the others do.
#[must_use]
pub fn stage(state: RequestState, questions: &[Question]) -> Stage {
    let says = |reply| questions.iter().any(|one| one.state == AskState::Answered && one.reply == Some(reply));
    let any = |state| questions.iter().any(|one| one.state == state);
    match state {
        RequestState::Open => {}
        past => return Stage::Past(past),
    }
    if says(Reply::Accepted) {
        Stage::Accepted
    } else if says(Reply::Conditional) {
        Stage::Conditional
    } else if questions.iter().any(|one| one.taken_back) && !any(AskState::Waiting) {
        Stage::TakenBack
    } else if any(AskState::Silent) {
        Stage::Silent
    } else if any(AskState::Waiting) {
        Stage::Waiting
    } else {
        Stage::Nobody
    }
}

/// Where a request stands for a hospital that was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Turn {
    /// The hospital answers, in time or after it.
    Answer,
    /// It accepts, perhaps on a condition: the clinic decides.
    Decision,
    /// It said no.
    Declined,
    /// It took its promise back.
    TakenBack,
    /// It was chosen, and this has come of it since.
    Chosen(RequestState),
    /// It needn't keep a bed: the request was taken back, has ended, or went to another.
    Gone,
}

/// Where a request stands for a hospital that was asked.
#[must_use]
pub const fn turn(state: RequestState, question: Question) -> Turn {
    match (question.state, question.reply, state) {
        (AskState::Confirmed, ..) => Turn::Chosen(state),
        (AskState::Answered | AskState::Withdrawn, ..) if question.taken_back => Turn::TakenBack,
        (AskState::Answered | AskState::Withdrawn, Some(Reply::Declined), _) => Turn::Declined,
        (AskState::Answered, _, RequestState::Open) => Turn::Decision,
        (AskState::Waiting | AskState::Silent, _, RequestState::Open) => Turn::Answer,
        _ => Turn::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AskState::{Answered, Confirmed, Silent, Waiting, Withdrawn};
    use Reply::{Accepted, Conditional, Declined};
    use RequestState::{Admitted, Ended, Expired, Open};

    const fn question(state: AskState, reply: Option<Reply>) -> Question {
        Question { state, reply, taken_back: false }
    }

    const BACK: Question = Question { state: Answered, reply: Some(Declined), taken_back: true };

    #[test]
    fn as_soon_as_somebody_may_be_chosen_the_clinic_is_waited_for() {
        let yes = question(Answered, Some(Accepted));
        let maybe = question(Answered, Some(Conditional));
        let no = question(Answered, Some(Declined));
        let (waits, silent) = (question(Waiting, None), question(Silent, None));
        let gone = question(Withdrawn, Some(Accepted));
        let cases: [(RequestState, &[Question], Stage); 17] = [
            (Open, &[waits], Stage::Waiting),
            (Open, &[waits, no], Stage::Waiting),
            (Open, &[yes], Stage::Accepted),
            (Open, &[waits, silent, maybe, yes], Stage::Accepted),
            (Open, &[maybe, silent], Stage::Conditional),
            (Open, &[maybe, waits, no], Stage::Conditional),
            (Open, &[silent], Stage::Silent),
            (Open, &[silent, waits], Stage::Silent),
            (Open, &[no, no], Stage::Nobody),
            (Open, &[], Stage::Nobody),
            (Open, &[BACK], Stage::TakenBack),
            (Open, &[BACK, gone, silent], Stage::TakenBack),
            (Open, &[BACK, waits], Stage::Waiting),
            (Open, &[BACK, yes], Stage::Accepted),
            (
                RequestState::Confirmed,
                &[question(Confirmed, Some(Accepted)), gone],
                Stage::Past(RequestState::Confirmed),
            ),
            (Expired, &[gone], Stage::Past(Expired)),
            (Ended, &[question(Confirmed, Some(Accepted))], Stage::Past(Ended)),
        ];
        for (state, questions, expected) in cases {
            assert_eq!(stage(state, questions), expected, "{state:?} {questions:?}");
        }
        let mut order = cases.map(|(.., stage)| stage);
        order.sort();
        assert_eq!(order[0], Stage::Accepted, "what waits for the clinic stands first in its list");
    }

    #[test]
    fn a_hospital_that_has_answered_waits_for_the_clinic() {
        for (state, ask, reply, expected) in [
            (Open, Waiting, None, Turn::Answer),
            (Open, Silent, None, Turn::Answer),
            (Open, Answered, Some(Accepted), Turn::Decision),
            (Open, Answered, Some(Conditional), Turn::Decision),
            (Open, Answered, Some(Declined), Turn::Declined),
            (RequestState::Confirmed, Confirmed, Some(Accepted), Turn::Chosen(RequestState::Confirmed)),
            (Admitted, Confirmed, Some(Conditional), Turn::Chosen(Admitted)),
            (Open, Withdrawn, None, Turn::Gone),
            (RequestState::Confirmed, Withdrawn, Some(Accepted), Turn::Gone),
            (RequestState::Confirmed, Withdrawn, Some(Declined), Turn::Declined),
            (Expired, Withdrawn, None, Turn::Gone),
            (Expired, Waiting, None, Turn::Gone),
        ] {
            assert_eq!(turn(state, question(ask, reply)), expected, "{state:?} {ask:?} {reply:?}");
        }
        assert_eq!(turn(Open, BACK), Turn::TakenBack);
        assert_eq!(turn(Ended, Question { state: Withdrawn, ..BACK }), Turn::TakenBack);
    }
}
