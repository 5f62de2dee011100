//! `okaeri import`: open data files of organisations, one after the other, and the table of holidays. Each is taken whole or not at all, and one that can't be read
//! doesn't keep the next from being taken.

use std::path::Path;

use super::{desk, say};
use crate::actions::orgs::{self, Tally};
use crate::actions::region;
use crate::app::{App, By};
use crate::config::Import;
use crate::domain::access::Via;
use crate::domain::calendar;
use crate::domain::open_data::{self, BadRow, Encoding, Reading, Warning};
use crate::error::{Error, Result};
use crate::secret;

/// Of what is odd but was read all the same, so many lines are shown; bad rows are shown all.
const ODDITIES_SHOWN: usize = 10;
/// A line of progress after so many organisations.
const STEP: usize = 1000;

pub(super) async fn import(what: Import) -> Result<()> {
    match what {
        Import::Organisations { files, database } => {
            let app = desk(&database).await?;
            let mut failed = 0;
            for path in &files {
                if let Err(error) = organisations(&app, path).await {
                    say(&format!("{}：{}", path.display(), super::words(&error)))?;
                    failed += 1;
                }
            }
            if failed == 0 {
                Ok(())
            } else {
                Err(Error::internal(format!("{failed}個のファイルを取り込めませんでした")))
            }
        }
        Import::Holidays { file, database } => {
            let (text, _) = open_data::decoded(&read(&file)?).map_err(|fault| Error::internal(fault.words()))?;
            let rows = calendar::read_table(&text).map_err(|fault| Error::Refused(region::not_holidays(&fault)))?;
            let app = desk(&database).await?;
            region::replace_holidays(app.change_by(By::program(Via::Cli)).await?, &rows).await?;
            say(&format!("祝日 {}日を取り込みました。", rows.len()))
        }
    }
}

async fn organisations(app: &App, path: &Path) -> Result<()> {
    let bytes = read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let reading = open_data::read(&name, &bytes).map_err(|fault| Error::internal(fault.words()))?;
    let encoding = match reading.encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Cp932 => "Shift_JIS",
    };
    let rows = reading.rows.len();
    say(&format!("{name}：{}、{encoding}、{rows}件", reading.format.label()))?;
    let digest: String = secret::digest(&bytes).chars().take(16).collect();
    let file = format!("{name} sha256={digest}");
    let progress = |done: usize| {
        if done.is_multiple_of(STEP) {
            // Whoever closed stdout doesn't want to know.
            let _ = say(&format!("  {done} / {rows}"));
        }
    };
    let tally = orgs::import(app, By::program(Via::Cli), file, &reading, progress).await?;
    report(&reading, tally)
}

fn report(reading: &Reading, tally: Tally) -> Result<()> {
    let Tally { new, changed, unchanged } = tally;
    let bad = reading.bad.len();
    say(&format!("  新規 {new}、変更 {changed}、変更なし {unchanged}、取り込めない行 {bad}"))?;
    for BadRow { line, reason } in &reading.bad {
        say(&format!("  {line}行目：{}。この行は取り込みません。", reason.words()))?;
    }
    for Warning { line, oddity } in reading.warnings.iter().take(ODDITIES_SHOWN) {
        say(&format!("  {line}行目（注意）：{}", oddity.words()))?;
    }
    let more = reading.warnings.len().saturating_sub(ODDITIES_SHOWN);
    if more > 0 { say(&format!("  ほかに注意 {more}件")) } else { Ok(()) }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::internal(format!("読めません（{error}）")))
}
