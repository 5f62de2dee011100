//! What is wrong with a message of a hospital's own system, in words for those who run it. Nothing of the patient.

use crate::actions::beds::movements::Followed;
use crate::domain::movement::MovementFault;

/// Why a message isn't read.
#[must_use]
pub fn fault(fault: &MovementFault) -> String {
    match fault {
        MovementFault::NoHeader => "HL7の電文ではありません（MSHで始まっていないか、区切り文字がありません）。".into(),
        MovementFault::Segment(number) => format!("{number}番目のセグメントが壊れています。"),
        MovementFault::Missing(field) => format!("{field} が空です。"),
        MovementFault::Several => "1つのファイルに2通以上の電文があります。1通ずつのファイルにしてください。".into(),
        MovementFault::NotReal => "試験用の電文です（MSH-11がPではありません）。".into(),
        MovementFault::Event(event) => format!("対応していない電文の種類です（{event}）。"),
    }
}

/// Why a message isn't followed; none where it was.
#[must_use]
pub fn refused(followed: &Followed) -> Option<String> {
    Some(match followed {
        Followed::Counted | Followed::Before | Followed::Nothing => return None,
        Followed::Foreign(code) => format!("別の医療機関の電文です（{code}）。フォルダーを確かめてください。"),
        Followed::NoSuchWard(name) => {
            format!("「{name}」という病棟はありません。wards.csv に「電文のコード,病棟名」を加えてください。")
        }
        Followed::NeverReported(ward) => format!("「{ward}」はまだ一度も報告がないため、数え始められません。"),
        Followed::Ahead => "未来の日時の電文です。送る側の時計を確かめてください。".into(),
        Followed::NothingToUndo => {
            "取り消す元の電文（入院・転棟・退院）を受け取っていません。空床報告で数を確かめてください。".into()
        }
        Followed::CannotBe(ward) => {
            format!("「{ward}」の使用中が、病床数より多いか0より少なくなります。空床報告で数を直してください。")
        }
    })
}
