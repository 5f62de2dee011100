//! The Japanese that isn't a glossary term: what is wrong with an entry, in words that say what to do.

pub mod bed_file;
pub mod movement;
pub mod request;

use crate::domain::conference::AnswerKind;
use crate::domain::fault::Fault;
use crate::domain::wareki;

/// The same for a program, which has no page before it.
#[must_use]
pub fn fault_of_program(of: &Fault) -> String {
    match of {
        Fault::KeyReused => "同じIdempotency-Keyで、別の内容が送られました。新しいキーで送ってください。".into(),
        Fault::WardTwice => "同じ病棟が2回入っています。1回にして送ってください。".into(),
        Fault::InvitationRemoved => "この招待は、すでに取り消されています。".into(),
        _ => fault(of),
    }
}

/// What is wrong, and what to do about it.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list: one arm a fault")]
pub fn fault(fault: &Fault) -> String {
    match fault {
        Fault::Required => "入力してください。".into(),
        Fault::TooLong { max } => format!("{max}文字以内で入力してください。"),
        Fault::NotAChoice => "選択肢から選んでください。".into(),
        Fault::NotANumber => "0以上の整数で入力してください。".into(),
        Fault::NotMoreThan { than } => format!("{than}より大きい数にしてください。"),
        Fault::TooQuiet { max } => format!("連絡しない時間帯は、1日{max}時間までにしてください。"),
        Fault::MoreThan { max } => format!("{max}以下の数にしてください。"),
        Fault::NotADate(why) => wareki::words(why),
        Fault::NotATime => "時刻は「14:00」のように入力してください。".into(),
        Fault::NotAnAddress => "https:// で始まるアドレスを入力してください。".into(),
        Fault::NotAMail => "メールアドレスの形になっていません。".into(),
        Fault::NotAPhone => "電話番号は「03-1234-5678」のように入力してください。".into(),
        Fault::NotAPlace => {
            "緯度と経度を、日本国内の位置になるように入力してください（例：35.6586 と 139.7454）。".into()
        }
        Fault::NotAFax => {
            "FAX番号は、0から始まる10桁か11桁の数字で「03-1234-5678」のように入力してください（文字や内線、0990の番号は入れられません）。".into()
        }
        Fault::SamePerson => "入力した方とは別の方が、番号を読み合わせて確認してください。".into(),
        Fault::NoSuchOrg => "この名前の機関は見つかりません。連絡先にある名前・かな・住所の一部を入力してください。".into(),
        Fault::TooFarAhead => "1年以内の日付を入力してください。".into(),
        Fault::NoSuchSheet => {
            "この整理番号の病院はありません。用紙の右上の番号（10文字）を、もう一度お確かめください。".into()
        }
        Fault::NotACode => {
            "この整理番号は使えません。用紙の番号（10文字）を、もう一度お確かめください。カンファレンスや情報交換が終わった番号、招待が取り消された番号も使えません。".into()
        }
        Fault::NotHours => {
            "「9:00-12:00 15:00-18:00」のように入力してください。閉まっている日は空けておきます。".into()
        }
        Fault::NotDays { line } => {
            format!(
                "「{line}」を日付として読めません。1行に1つ、「2026/12/29」または「2026/12/29〜2027/1/3」のように入力してください。"
            )
        }
        Fault::NotALogin => "IDは空白のない半角の文字と . _ - @ で、3文字以上64文字以内にしてください。".into(),
        Fault::OwnRoles => "ご自身に役割を加えることはできません。ほかの管理者に依頼してください。".into(),
        Fault::OwnAccount => "ご自身の利用は止められません。ほかの管理者に依頼してください。".into(),
        Fault::NotHolidays { line } => {
            format!("{line}行目が内閣府の「国民の祝日」CSVの形ではありません。今の表をそのまま残しました。")
        }
        Fault::HolidaysMissing { year } => holidays_missing(*year),
        Fault::InFuture => "未来の日時は入力できません。".into(),
        Fault::NamesPatient => "この文は先方に届きます。患者さんの名前は書かないでください。".into(),
        Fault::BeforeAdmission => "入院日より前の日付です。".into(),
        Fault::InPast => "過去の日時は入力できません。".into(),
        Fault::EndsBeforeStart => "終了は開始より後の時刻にしてください。".into(),
        Fault::SumMismatch { capacity, sum } => sum_mismatch(*capacity, *sum),
        Fault::MoreThanAccepting { accepting } => format!("後方支援枠は受入可（{accepting}床）の内数です。"),
        Fault::ClosedWithoutReason => "休止・不可の理由を選んでください。".into(),
        Fault::BadFile(fault) => bed_file::file(fault),
        Fault::RulesUnmet { .. }
        | Fault::BedTaken
        | Fault::RequestClosed
        | Fault::NotAccepted
        | Fault::TooManyHospitals { .. }
        | Fault::AlreadyRegistered
        | Fault::OtherPatient
        | Fault::RegistrationEnded
        | Fault::AnsweredBefore
        | Fault::BedsPromised { .. }
        | Fault::NotAskable
        | Fault::BeforeRegistration
        | Fault::BeforePromise
        | Fault::DutyOverlaps
        | Fault::TurnsGo { .. }
        | Fault::NotRota { .. } => of_request(fault),
        Fault::MoreThanBeds { capacity } => format!("病床数（{capacity}床）より多くなっています。"),
        Fault::LessThanTomorrow { expected } => format!("明日見込（{expected}床）を含めた数を入力してください。"),
        Fault::MoreThanOccupied { occupied } => format!("使用中（{occupied}床）より多くなっています。"),
        Fault::TooLongAgo { hours } => format!("{hours}時間以内の時刻を入力してください。"),
        Fault::NewerReport => "もっと新しい時刻の報告があります。確かめて、今の時刻で報告してください。".into(),
        Fault::NothingToRepeat => "まだ報告がないため「変更なし」にできません。病床の数を入力してください。".into(),
        Fault::TeamSilent => "機関を選ぶか、「なし」「不明」のどれかを選んでください。".into(),
        Fault::NobodyConfirmed => "「なし」「不明」は、誰が確認したかを入力してください。".into(),
        Fault::Twice => "同じものが2回入っています。".into(),
        Fault::WrongOrg => "この役割になれる機関を検索して選んでください。".into(),
        Fault::OrgNotConfirmed => "入力した名前で見つかった機関を確かめて選び、もう一度ボタンを押してください。".into(),
        Fault::LeftOutWithoutReason => "招待から外す理由を入力してください（記録に残ります）。".into(),
        Fault::CaseClosed => "この案件は終了しています。".into(),
        Fault::ConferenceOver => "カンファレンスは始まっています。変更は主催者に電話で伝えてください。".into(),
        Fault::ConferenceAhead => "カンファレンスが始まってから確定できます。下書きは保存できます。".into(),
        Fault::NobodyAttended => "出席した人を少なくとも1人選んでください。".into(),
        Fault::Moved => "日時が変わりました。新しい日時を確認して、もう一度回答してください。".into(),
        Fault::ConferenceCancelled => "このカンファレンスは中止になりました。".into(),
        Fault::InvitationRemoved => "この招待は、すでに取り消されています。画面を開き直して確かめてください。".into(),
        Fault::DoctorNotTold => {
            "元のかかりつけ医にまだ知らせていません。連絡を記録するか、知らせられない理由を選んでください。".into()
        }
        Fault::TooFewCalls { calls } => too_few_calls(*calls),
        Fault::DoctorIsNamed => "「いない」は、入院前のチームで「なし」と確認した場合だけ選べます。".into(),
        Fault::WeakPassword { min } => format!("{min}文字以上で、氏名やIDを含まないものにしてください。"),
        Fault::SamePassword => "今までと違うパスワードにしてください。".into(),
        Fault::PasswordsDiffer => "2回の入力が一致していません。".into(),
        Fault::SignInFailed => "IDまたはパスワードが違うか、しばらく使えなくなっています。".into(),
        Fault::Taken => "すでに登録されています。".into(),
        Fault::SamePatient { .. } => {
            "同じ氏名・生年月日、または同じ院内IDの案件が開いています。別の方のときは「別の方です」を選んでください。"
                .into()
        }
        Fault::NothingChanged => {
            "どこも変わっていません。日時・開催方法・場所・リンクのどれかを変更してください。".into()
        }
        Fault::Overlaps => "この患者さんには、同じ時間帯に別のカンファレンスがあります。".into(),
        Fault::TooFewSlots => "候補日を2つ以上入力してください。".into(),
        Fault::SlotTwice => "ほかの候補日と時間が重なっています。".into(),
        Fault::ClosesTooLate => "締切は、いちばん早い候補日の前日までにしてください。".into(),
        Fault::VoteMissing => "○・△・×のどれかを選んでください。".into(),
        Fault::DateOpen => "まだ日程を調整しています。候補日に○・△・×でご回答ください。ほかのことは、日程が決まってからできます。".into(),
        Fault::DateFixed => "日程はすでに決まりました。決まった日時を確かめてください。".into(),
        Fault::VotesGiven => {
            "すでに回答があるため、候補日は変えられません。中止して、新しい候補日で日程調整をしてください。".into()
        }
        Fault::Objected => "欠かせない方が×か未回答です。確かめてから決めてください。".into(),
        Fault::WardTwice => "同じ病棟が2回入力されています。画面を開き直してください。".into(),
        Fault::KeyReused => "同じ画面から別の内容が送られました。画面を開き直してください。".into(),
        Fault::ChangedMeanwhile => "ほかの人が先に変更しました。最新の内容を確認してください。".into(),
        Fault::AnsweredMeanwhile { answer, .. } => answered_meanwhile(*answer),
        Fault::NotADigest => "SHA-256は、0〜9とa〜fの64文字で入力してください。".into(),
        Fault::VotedMeanwhile { .. } => "この画面を開いたあとに、この機関の○△×が新しく入りました。聞き取った内容のほうが新しいときだけ、もう一度「回答を記録する」を押してください。".into(),
        Fault::Unreadable => "読み取れない内容です。".into(),
    }
}

fn too_few_calls(calls: i64) -> String {
    format!("「連絡不能3回」には、30分以上あけてかけて、つながらなかった電話の記録が3回必要です（現在{calls}回）。")
}

fn answered_meanwhile(answer: AnswerKind) -> String {
    format!(
        "この画面を開いたあとに「{}」の回答が届いています。今回の回答は記録していません。届いた回答を確かめ、それでも変えるときは代理入力の画面からもう一度記録してください。",
        answer.label()
    )
}

/// About requests for a bed, and the rota by which they go.
fn of_request(fault: &Fault) -> String {
    match fault {
        Fault::RulesUnmet { unmet, unknown } => rules_unmet(*unmet, *unknown),
        Fault::BedTaken => {
            "この病院には、回答のとおりに、いま約束できる床がありません。先にほかの依頼で決まったか、空床報告で受入可が0床です。病院にお電話ください。病院は、床のある病棟を選んで回答し直せます。".into()
        }
        Fault::AlreadyRegistered => {
            "この方は、すでに在宅療養後方支援病院に登録されています。登録できる病院は1人に1つです。前の登録を終えてから登録してください。別の方のときは、下に印を付けてください。".into()
        }
        Fault::OtherPatient => "名前の読みか生年月日が変わると別の方になります。登録を終えて、新しく登録してください。".into(),
        Fault::RegistrationEnded => "この登録は終わっています。".into(),
        Fault::BeforeRegistration => "登録した日より前の日付です。".into(),
        Fault::BeforePromise => "受入が決まった日の前日より前の日時です。".into(),
        Fault::DutyOverlaps => {
            "この病院には、同じ時間に重なる当番があります。床数を変えるときは、先にその当番を消してください。".into()
        }
        Fault::TurnsGo { turns } => {
            format!("この病院を外すと、当番{turns}件も消えます。それでよければ、印を付けて、もう一度押してください。")
        }
        Fault::NotAskable => "選べない病院です。一覧から、ほかの病院を選んでください。".into(),
        Fault::BedsPromised { beds } => format!(
            "この病棟の床を、受入の決定により{beds}床約束しています。入院を記録するか、受入を取り消してから外してください。"
        ),
        Fault::AnsweredBefore => {
            "この情報交換には、すでに回答が記録されています。今回の回答は記録していません。直すときは、サインインして登録のページから記録するか、病院へお知らせください。".into()
        }
        Fault::NotAccepted => "受入可か条件付の回答があった病院だけを選べます。".into(),
        Fault::TooManyHospitals { max } => format!("一度に依頼できるのは{max}か所までです。"),
        Fault::NotRota { lines } => format!("読めない行があります。何も変えていません。{lines}"),
        _ => "この依頼は、もう回答を待っていません。最新の内容を表示しています。".into(),
    }
}

fn rules_unmet(unmet: usize, unknown: usize) -> String {
    match (unmet, unknown) {
        (0, _) => format!(
            "この事業の条件のうち、まだ確かめていないものが{unknown}件あります。確かめて答えるか、わからないまま依頼するときは印を付けてください。"
        ),
        (_, 0) => format!(
            "この事業の条件のうち、満たさないものが{unmet}件あります。内容を読み、それでも依頼するときは印を付けてください。"
        ),
        _ => format!(
            "この事業の条件のうち、満たさないものが{unmet}件、確かめていないものが{unknown}件あります。内容を読み、それでも依頼するときは印を付けてください。"
        ),
    }
}

fn holidays_missing(year: i32) -> String {
    format!(
        "{year}年の元日がないか、{year}年の祝日が10日に足りません。CSVの中身をすべて貼り付けてください。今の表をそのまま残しました。"
    )
}

fn sum_mismatch(capacity: i32, sum: i32) -> String {
    let (word, by) = if sum < capacity { ("不足", capacity - sum) } else { ("超過", sum - capacity) };
    format!("使用中＋予約済＋受入可＋休止＝{sum}床です。病床数{capacity}床に対して{by}床{word}しています。")
}

/// By which way something was done, by the code in the logs.
#[must_use]
pub fn via(code: &str) -> &str {
    match code {
        "web" => "画面",
        "api" => "API",
        "link" => "回答リンク",
        "cli" => "コマンド",
        "job" => "自動",
        other => other,
    }
}

/// Which page of a case somebody looked at, by the code in the access log.
#[must_use]
pub fn page(code: &str) -> Option<&'static str> {
    Some(match code {
        "case" => "案件",
        "conference" => "カンファレンス",
        "minutes" => "議事録",
        "record" => "カンファレンスの記録",
        "record_pdf" => "カンファレンスの記録（PDF）",
        "shared" => "共有された案件",
        _ => return None,
    })
}

/// What somebody reads who wants to print where no Japanese font is.
pub const NO_FONT: &str = "印刷に使う日本語の文字（フォント）が、このサーバーに見つかりません。印刷済みの記録はしていません。システム管理者に、fonts-noto-cjk の導入か OKAERI_FONT の設定を頼んでください。";

/// Why a conference of a case that was closed isn't held. The case's own reason may tell of the patient and stays inside.
pub const CASE_CLOSED: &str = "案件が終了したため";

/// What the last action did, by the code that stands in the address (`?done=…`).
#[must_use]
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "password" => "パスワードを変更しました。",
        "reported" => "空床を報告しました。",
        "file_taken" => "ファイルの空床を報告しました。",
        "opened" => "案件を開きました。",
        "saved" => "保存しました。",
        "asked" => "受入を依頼しました。回答が届くと、この画面に出ます。",
        "reply" => "回答を記録し、依頼元に知らせます。",
        "bed_confirmed" => {
            "受入先が決まりました。次は、病院への電話と診療情報提供書です。ほかの病院には取下げを知らせます。"
        }
        "asked_by_hand" => {
            "依頼を記録しました。電話・FAXの病院には、まだ何も伝わっていません。下の手順で伝えてください。"
        }
        "patient_named" => "お名前を保存しました。受入が決まった病院にだけ見えます。",
        "bed_withdrawn" => "依頼を取り下げ、依頼した病院に知らせます。",
        "bed_taken_back" => "受入を取り消しました。依頼元に知らせます。",
        "registration_ended" => "この登録は終わっているため、内容は直せません。",
        "bed_admitted" => "入院を記録しました。",
        "bed_not_admitted" => {
            "入院の記録を取り消し、床は予約に戻しました。入院を知らせた機関には、取消しを知らせます。来られないときは、続けて受入を取り消すか、依頼を取り下げてください。"
        }
        "called" => "カンファレンスを招集しました。招待を送ります。",
        "polling" => "日程調整を始めました。候補日を送ります。",
        "required" => "欠かせない方を変更しました。",
        "slots" => "候補日を変更しました。新しい候補日を送ります。",
        "voted" => "候補日への回答を記録しました。",
        "fixed" => "日程が決まりました。全員に知らせます。",
        "moved_place" => "場所・リンクを変更し、全員に知らせます。回答はそのままです。",
        "moved" => "日時を変更しました。全員にあらためて確認します。",
        "cancelled" => "中止を知らせます。",
        "answered" => "回答を記録しました。",
        "heard" => "聞き取った回答を記録しました（代理入力）。",
        "invited" => "招待を追加しました。",
        "removed" => "招待を取り消し、そのことを知らせます。",
        "told" => "連絡したことを記録しました。",
        "resent_before" => {
            "未回答の方には、今日すでに再送したか、これからお知らせが届きます。お急ぎの場合は電話が確実です。"
        }
        "printed" => "印刷済みにしました。",
        "faxed" => "送信を記録しました。",
        "received" => "受領を記録しました。",
        "fax_lost" => "届かなかったことを記録しました。電話リスト（受入の依頼のことは依頼のページ）に出ています。",
        "fax_lost_again" => "届かなかったことを記録しました。番号を電話で確かめ、もう一度FAXで送ってください。",
        "fax_lost_late" => "届かなかったことを記録しました。いまから伝え直すことはありません。",
        "call_more" => {
            "電話を記録しました。画面を開いたあとに、同じ相手へ伝えることが増えています。一覧で確かめてください。"
        }
        "fax_entered" => "番号を記録しました。もう1人の方の確認が要ります。",
        "fax_confirmed" => "読み合わせを記録しました。試験送信をしてください。",
        "fax_verified" => "試験送信の受領を記録しました。この番号へFAXを送れます。",
        "fax_ended" => "届かなかったことを記録しました。番号を電話で確かめ、連絡先を直してください。",
        "resent" => "未回答の方にもう一度送ります。",
        "minutes_saved" => "議事録の下書きを保存しました。",
        "minutes_shared" => "議事録を確定しました。招待した全員に知らせます。",
        "minutes_read" => "お読みいただいたことを記録しました。",
        "decision_done" => "決定事項を完了にしました。",
        "discharged" => "退院済にしました。",
        "screen_stopped" => "画面を止めました。アドレスはもう使えません。",
        "feed_stopped" => "連携を止めました。前のアドレスはもう使えません。",
        "mail_bounced" => "不達として記録しました。まだ伝える必要があるものは、FAX・電話の一覧に出ています。",
        "mail_settled" => "確認済みにしました。メールの本文は消しました。",
        "token_revoked" => "トークンを失効しました。",
        "disabled" => "利用を停止しました。",
        _ => return None,
    })
}
