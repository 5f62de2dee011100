//! `okaeri staff` and `okaeri token`: accounts from the command line, where the first one has to come from. What is printed
//! here is printed once: only its hash is kept.

use super::{desk, say};
use crate::actions::staff::{self, NewStaff};
use crate::app::{App, By};
use crate::config::{Staff, Token};
use crate::domain::access::Via;
use crate::domain::org::OrgKind;
use crate::domain::person::StaffRole;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::secret;
use crate::store::accounts::{self, Credential};
use crate::store::orgs::{self, NewOrg};

/// How a new organisation is told from one that is there.
const NEW: &str = "new:";

pub(super) async fn staff(what: Staff) -> Result<()> {
    match what {
        Staff::Add { login, name, kana, licence, role, organisation, database } => {
            let (licence, roles) = (coded("--licence", &licence)?, roles(&role)?);
            let founded = organisation.strip_prefix(NEW).map(new_org).transpose()?;
            let app = desk(&database).await?;
            let org = match &founded {
                Some((id, _)) => *id,
                None => find(&app, &organisation).await?,
            };
            let password = secret::first_password()?;
            let new = NewStaff {
                login: login.clone(),
                name,
                name_kana: kana,
                licence,
                mail: None,
                org,
                roles,
                password: password.clone(),
                must_change_password: true,
            };
            staff::add(&app, By::program(Via::Cli), new, founded.as_ref().map(|(_, org)| org)).await?;
            tell(&login, &password)
        }
        Staff::Disable { login, database } => {
            let app = desk(&database).await?;
            let id = account(&app, &login).await?.id;
            staff::disable_within(app.change_by(By::program(Via::Cli)).await?, id).await?;
            say(&format!("{login} の利用を停止しました。"))
        }
        Staff::Reset { login, database } => {
            let app = desk(&database).await?;
            let id = account(&app, &login).await?.id;
            let (password, hash) = staff::fresh_password().await?;
            staff::reset_within(app.change_by(By::program(Via::Cli)).await?, id, &hash).await?;
            tell(&login, &password)
        }
    }
}

pub(super) async fn token(what: Token) -> Result<()> {
    let Token::Create { login, name, organisation, database } = what;
    let app = desk(&database).await?;
    let account = account(&app, &login).await?.id;
    let mut places = accounts::memberships(&mut app.look().await?, account).await?;
    places.dedup_by_key(|place| place.org_id);
    let org = match (organisation, &places[..]) {
        (Some(text), _) => find(&app, &text).await?,
        (None, [place]) => place.org_id,
        (None, []) => return Err(Error::internal(format!("{login} には所属がありません。"))),
        (None, _) => {
            return Err(Error::internal(format!("{login} の所属は複数です。--organisation で選んでください。")));
        }
    };
    let change = app.change_by(By::program(Via::Cli)).await?;
    let token = staff::create_token(change, account, org, &name).await.map_err(|error| match error {
        Error::NotFound => Error::internal(format!("{login} はその機関に所属していません。")),
        other => other,
    })?;
    say(&token)
}

fn tell(login: &str, password: &str) -> Result<()> {
    say(&format!("{login} の最初のパスワード：{password}（初回のサインインで変更します。再表示はできません）"))
}

/// `KIND:NAME`.
fn new_org(text: &str) -> Result<(OrgId, NewOrg)> {
    let (kind, name) = text.split_once(':').filter(|(_, name)| !name.trim().is_empty()).ok_or_else(|| {
        Error::internal("--organisation: new:種別:名称 の形で指定してください。例 new:municipality:みどり市役所")
    })?;
    let kind: OrgKind = coded("--organisation", kind)?;
    let id = OrgId::fresh();
    Ok((id, NewOrg::by_hand(kind, name.trim(), "", id)))
}

async fn find(app: &App, text: &str) -> Result<OrgId> {
    match &orgs::named(&mut app.look().await?, text).await?[..] {
        [(id, _)] => Ok(*id),
        [] => Err(Error::internal(format!("「{text}」という機関（ID・番号・正式名称）はありません。"))),
        several => {
            let ids: Vec<_> = several.iter().map(|(id, _)| id.to_string()).collect();
            Err(Error::internal(format!("「{text}」が複数あります。IDで指定してください：{}", ids.join(" "))))
        }
    }
}

async fn account(app: &App, login: &str) -> Result<Credential> {
    let found = accounts::by_login(&mut app.look().await?, login).await?;
    found.ok_or_else(|| Error::internal(format!("{login} という利用者はありません。")))
}

fn roles(codes: &[String]) -> Result<Vec<StaffRole>> {
    codes.iter().map(|code| coded("--role", code)).collect()
}

fn coded<T: std::str::FromStr>(option: &str, code: &str) -> Result<T> {
    code.parse().map_err(|_| Error::internal(format!("{option}: {code} という値はありません。")))
}
