//! FAX sheets: what stands on one, and the PDF of many. Never a patient's name, a diagnosis or a chart number.

use std::sync::Arc;

use serde::Serialize;

use super::{Press, qr};
use crate::error::Result;

/// What a wrong receiver reads.
const WRONG: &str = "お心あたりのないFAXが届いたときは、お手数ですが、送信元へお電話のうえ、この用紙を破棄してください。\
                     患者さんの個人情報を守るため、お名前や病名は書いていません。";

/// Somebody with a telephone and a FAX, at either end. Empty texts stand for "not known".
#[derive(Clone, Debug, Default, Serialize)]
pub struct End {
    /// The organisation.
    pub name: String,
    /// The person there.
    pub person: String,
    /// Telephone.
    pub phone: String,
    /// FAX.
    pub fax: String,
}

/// What the receiver sends back.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The short code as it is printed.
    pub code: String,
    /// The FAX number to send it to.
    pub fax: String,
    /// Until when, in words.
    pub until: String,
    /// What it answers to: the date in question.
    pub when: String,
    /// What can be ticked where the date stands: how somebody comes, or that they don't.
    pub choices: Vec<&'static str>,
    /// Whether it answers a request for a bed.
    pub is_request: bool,
    /// Slots of a poll, which are answered one by one; none where the date stands.
    pub slots: Vec<String>,
    /// Whether the three questions about a registered patient are asked, and no date is.
    pub is_exchange: bool,
    /// The page where the code can be typed in.
    pub address: String,
    /// The same page with the code in it, for the QR code.
    pub link: String,
}

/// One sheet for one party.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the code is: 案件番号, 登録番号.
    pub code_is: &'static str,
    /// It.
    pub code: String,
    /// When it was made, in words.
    pub printed: String,
    /// 宛先.
    pub to: End,
    /// 送信元.
    pub from: End,
    /// 件名.
    pub subject: String,
    /// 要返信 and until when, or 返信不要.
    pub answer: String,
    /// The message, line by line.
    pub body: Vec<String>,
    /// Date, place and so on: what each is, and what it says.
    pub facts: Vec<(String, String)>,
    /// What follows, line by line.
    pub foot: Vec<String>,
    /// The reply slip, where an answer is asked for.
    pub slip: Option<Slip>,
}

/// The PDF of these sheets, in this order.
///
/// # Errors
/// [`crate::error::Error::NoFont`]; typst refuses.
pub async fn sheets(press: &Arc<Press>, sheets: &[Sheet]) -> Result<Vec<u8>> {
    let laid = sheets.iter().map(Laid::of).collect::<Result<Vec<_>>>()?;
    press.print(include_str!("fax.typ"), &All { sheets: laid, wrong: WRONG }).await
}

/// The sheet that tries a number out.
///
/// # Errors
/// The same.
pub async fn test(press: &Arc<Press>, to: &End, from: &End, printed: &str) -> Result<Vec<u8>> {
    let body = [
        "このFAX番号が正しいかを確かめるための試験送信です。",
        "届きましたら、お手数ですが、下の電話番号へ「試験のFAXが届いた」とお知らせください。",
        "番号が違うときも、お知らせいただけると助かります。返信のFAXは要りません。",
    ];
    let data = Trial { name: &to.name, fax: &to.fax, from, printed, body: &body, wrong: WRONG };
    press.print(include_str!("fax_test.typ"), &data).await
}

#[derive(Serialize)]
struct Trial<'a> {
    name: &'a str,
    fax: &'a str,
    from: &'a End,
    printed: &'a str,
    body: &'a [&'a str],
    wrong: &'a str,
}

#[derive(Serialize)]
struct All<'a> {
    sheets: Vec<Laid<'a>>,
    wrong: &'a str,
}

/// A sheet as the template reads it.
#[derive(Serialize)]
struct Laid<'a> {
    code_is: &'a str,
    code: &'a str,
    printed: &'a str,
    to: &'a End,
    from: &'a End,
    subject: &'a str,
    answer: &'a str,
    body: &'a [String],
    facts: &'a [(String, String)],
    foot: &'a [String],
    slip: Option<LaidSlip<'a>>,
}

#[derive(Serialize)]
struct LaidSlip<'a> {
    code: &'a str,
    fax: &'a str,
    until: &'a str,
    when: &'a str,
    choices: &'a [&'static str],
    is_request: bool,
    slots: &'a [String],
    is_exchange: bool,
    address: &'a str,
    qr: qr::Qr,
}

impl<'a> Laid<'a> {
    fn of(sheet: &'a Sheet) -> Result<Self> {
        let slip = match &sheet.slip {
            Some(slip) => Some(LaidSlip {
                code: &slip.code,
                fax: &slip.fax,
                until: &slip.until,
                when: &slip.when,
                choices: &slip.choices,
                is_request: slip.is_request,
                slots: &slip.slots,
                is_exchange: slip.is_exchange,
                address: &slip.address,
                qr: qr::code(&slip.link)?,
            }),
            None => None,
        };
        Ok(Self {
            code_is: sheet.code_is,
            code: &sheet.code,
            printed: &sheet.printed,
            to: &sheet.to,
            from: &sheet.from,
            subject: &sheet.subject,
            answer: &sheet.answer,
            body: &sheet.body,
            facts: &sheet.facts,
            foot: &sheet.foot,
            slip,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::pages;
    use super::*;

    fn end(name: &str, person: &str) -> End {
        let text = str::to_owned;
        End { name: text(name), person: text(person), phone: text("03-0000-1111"), fax: text("03-0000-2222") }
    }

    fn sheet() -> Sheet {
        let text = str::to_owned;
        Sheet {
            code_is: "案件番号",
            code: text("1234-5678"),
            printed: text("令和8年11月24日(火) 9:05"),
            to: end("そらの診療所", "空野 太郎"),
            from: end("みなと総合病院", "退院支援看護師 波野 花"),
            subject: text("【ご招待】退院前カンファレンス 12/3(木) 14:00"),
            answer: text("要返信　12月1日(火)まで"),
            body: [
                "退院前カンファレンスの日時が変わりました。お手数ですが、あらためてご都合をお知らせください。",
                "もとの日時　令和8年12月2日（水）14:00",
                "理由　主治医の都合",
                "みなと総合病院です。いつもお世話になっております。",
                "入院前に支えてくださっていたみなさんと、退院後の暮らしを相談する会を開きます。",
                "ぜひお力をお貸しください。",
            ]
            .map(text)
            .into(),
            facts: [
                ("日時", "令和8年12月3日(木) 14:00〜14:40"),
                ("方法", "対面"),
                ("場所", "5階カンファレンス室"),
                ("ビデオ", "https://video.example.jp/r/7"),
            ]
            .map(|(term, value)| (text(term), text(value)))
            .into(),
            foot: ["返信票にご記入のうえ、FAXでお送りください。お電話でもうけたまわります。"].map(text).into(),
            slip: Some(Slip {
                code: text("K7M-N3A-EF29"),
                fax: text("03-0000-2222"),
                until: text("12/1(火)までにお送りください"),
                when: text("退院前カンファレンス　令和8年12月3日(木) 14:00〜14:40"),
                choices: vec!["出席", "ビデオで出席", "欠席"],
                is_request: false,
                slots: Vec::new(),
                is_exchange: false,
                address: text("https://okaeri.example.jp/a"),
                link: text("https://okaeri.example.jp/a?code=K7MN3AEF29"),
            }),
        }
    }

    #[tokio::test]
    async fn a_party_gets_one_page_and_the_font_is_a_small_part_of_it() {
        let press = Arc::new(Press::default());
        let with = |change: fn(&mut Slip)| {
            let mut sheet = sheet();
            sheet.slip.as_mut().into_iter().for_each(change);
            sheet
        };
        let video = with(|slip| slip.choices = vec!["ビデオで出席", "欠席"]);
        let poll = with(|slip| slip.slots = vec!["① 令和8年12月3日（木）14:00〜14:30".to_owned(); 5]);
        let asked = with(|slip| slip.is_request = true);
        let all = [sheet(), Sheet { slip: None, ..sheet() }, asked, video, poll];
        let made = sheets(&press, &all).await.unwrap();
        assert!(made.len() < 400_000, "{} bytes", made.len());
        let asked =
            Sheet { slip: sheet().slip.map(|slip| Slip { is_exchange: true, ..slip }), facts: Vec::new(), ..sheet() };
        let asked = sheets(&press, &[asked]).await.unwrap();
        assert_eq!(pages(&asked), 1);
        // What doesn't fit goes on to a second page, and both pages say so.
        let long = Sheet { facts: vec![("ビデオ".into(), format!("https://{}", "x".repeat(1200)))], ..sheet() };
        let long = sheets(&press, &[long, sheet()]).await.unwrap();
        if let Ok(folder) = std::env::var("OKAERI_TEST_SHEETS") {
            std::fs::write(format!("{folder}/fax.pdf"), &made).unwrap();
            std::fs::write(format!("{folder}/long.pdf"), &long).unwrap();
            std::fs::write(format!("{folder}/exchange.pdf"), &asked).unwrap();
            let made = test(&press, &sheet().to, &sheet().from, &sheet().printed).await.unwrap();
            std::fs::write(format!("{folder}/test.pdf"), &made).unwrap();
        }
        assert_eq!(pages(&made), all.len());
        assert_eq!(pages(&long), 3);
    }
}
