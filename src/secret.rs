//! The key from which answer links are made, and the random tokens of sessions and programs.
//!
//! A link's token is an HMAC of its invitation's id: it can be put into every mail about that invitation without being
//! stored, and only its digest is kept to find the invitation again.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::notice::Switches;
use crate::domain::short_code;
use crate::error::{Error, Result};
use crate::id::{AskId, InvitationId, OrgId, RegistrationId};

/// What keeps these tokens apart from all others that are made with the same key.
const SWITCHES: &[u8] = b"switches/1/";
const ASK: &[u8] = b"ask/1/";
const EXCHANGE: &[u8] = b"exchange/1/";

/// The same, for 「変更なし」.
const UNCHANGED: &[u8] = b"unchanged/1/";
const SHEET: &[u8] = b"sheet/1/";

/// The key of this installation (256 bits).
#[derive(Clone)]
pub struct Secret(Arc<[u8; 32]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new random key.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn random() -> Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(Error::internal)?;
        Ok(Self(Arc::new(key)))
    }

    /// Reads the key from a file, which is made (readable by its owner only) where there is none.
    ///
    /// # Errors
    /// The file can't be read or made, or isn't a key.
    pub fn open(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                Self::parse(text.trim()).ok_or_else(|| Error::internal(format!("{}: not a key", path.display())))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(Error::internal(format!("{}: {error}", path.display()))),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(Arc::new(bytes.try_into().ok()?)))
    }

    fn create(path: &Path) -> Result<Self> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let secret = Self::random()?;
        let fail = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(fail)?;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
        writeln!(file, "{}", URL_SAFE_NO_PAD.encode(*secret.0)).map_err(fail)?;
        file.sync_all().map_err(fail)?;
        Ok(secret)
    }

    /// The token of an invitation's answer link (256 bits).
    #[must_use]
    pub fn link(&self, invitation: InvitationId) -> String {
        let Some(mac) = self.mac(b"invitation/1/", invitation.to_string().as_bytes()) else { return String::new() };
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// The token by which a hospital answers one request: it names the question, and a MAC of 256 bits says that we did. So
    /// nothing of it is stored.
    #[must_use]
    pub fn ask_link(&self, ask: AskId) -> String {
        let ask = uuid::Uuid::from(ask);
        let Some(mac) = self.mac(ASK, ask.as_bytes()) else { return String::new() };
        URL_SAFE_NO_PAD.encode([ask.as_bytes().as_slice(), &mac.finalize().into_bytes()].concat())
    }

    /// The question that such a token names; nothing where we didn't make it.
    #[must_use]
    pub fn read_ask_link(&self, token: &str) -> Option<AskId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (ask, proof) = bytes.split_at_checked(16)?;
        self.mac(ASK, ask)?.verify_slice(proof).ok()?;
        uuid::Uuid::from_slice(ask).ok().map(AskId::from)
    }

    /// The token by which an organisation switches these messages off: it says what it is for, and a MAC of 256 bits behind
    /// that says that we made it. So nothing of it is stored.
    #[must_use]
    pub fn switch_link(&self, org: OrgId, switches: Switches) -> String {
        let org = uuid::Uuid::from(org);
        let said = [org.as_bytes().as_slice(), &[switches.bits()]].concat();
        let Some(mac) = self.mac(SWITCHES, &said) else { return String::new() };
        URL_SAFE_NO_PAD.encode([said.as_slice(), &mac.finalize().into_bytes()].concat())
    }

    /// What such a token is for; nothing where we didn't make it.
    #[must_use]
    pub fn read_switch_link(&self, token: &str) -> Option<(OrgId, Switches)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, proof) = bytes.split_at_checked(17)?;
        // In constant time: who guesses learns nothing from how long it takes.
        self.mac(SWITCHES, said)?.verify_slice(proof).ok()?;
        let (org, bits) = said.split_at_checked(16)?;
        Some((uuid::Uuid::from_slice(org).ok()?.into(), Switches::of_bits(*bits.first()?)))
    }

    /// The token by which an organisation says 「変更なし」 on one day ([`crate::domain::notice::day_number`]): made like a
    /// switch link, and worthless on any other day.
    #[must_use]
    pub fn unchanged_link(&self, org: OrgId, day: i32) -> String {
        self.dated_link(UNCHANGED, org.into(), day)
    }

    /// For whom and for which day such a token is; nothing where we didn't make it.
    #[must_use]
    pub fn read_unchanged_link(&self, token: &str) -> Option<(OrgId, i32)> {
        self.read_dated_link(UNCHANGED, token).map(|(org, day)| (org.into(), day))
    }

    /// The token by which a clinic answers the three questions about one registration that are due on one day
    /// ([`crate::domain::notice::day_number`]): made like the others, and worthless once they are answered.
    #[must_use]
    pub fn exchange_link(&self, registration: RegistrationId, day: i32) -> String {
        self.dated_link(EXCHANGE, registration.into(), day)
    }

    /// For which registration and which day such a token is; nothing where we didn't make it.
    #[must_use]
    pub fn read_exchange_link(&self, token: &str) -> Option<(RegistrationId, i32)> {
        self.read_dated_link(EXCHANGE, token).map(|(registration, day)| (registration.into(), day))
    }

    /// A token that names something and a day, and proves that we made it.
    fn dated_link(&self, purpose: &[u8], of: Uuid, day: i32) -> String {
        let said = [of.as_bytes().as_slice(), &day.to_be_bytes()].concat();
        let Some(mac) = self.mac(purpose, &said) else { return String::new() };
        URL_SAFE_NO_PAD.encode([said.as_slice(), &mac.finalize().into_bytes()].concat())
    }

    fn read_dated_link(&self, purpose: &[u8], token: &str) -> Option<(Uuid, i32)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, proof) = bytes.split_at_checked(20)?;
        self.mac(purpose, said)?.verify_slice(proof).ok()?;
        let (of, day) = said.split_at_checked(16)?;
        Some((Uuid::from_slice(of).ok()?, i32::from_be_bytes(day.try_into().ok()?)))
    }

    /// The code on the sheet by which a hospital reports its beds by FAX, always the same. It only spares looking for the
    /// hospital in a list: it opens nothing that its reader mayn't open anyway.
    #[must_use]
    pub fn sheet_code(&self, org: OrgId) -> String {
        let Some(mac) = self.mac(SHEET, uuid::Uuid::from(org).as_bytes()) else { return String::new() };
        let mut free = [0; short_code::FREE];
        for (sign, byte) in free.iter_mut().zip(mac.finalize().into_bytes()) {
            *sign = usize::from(byte) % short_code::SIGNS.len();
        }
        short_code::of(free)
    }

    /// Stands for a network address for a day, without telling it: whoever reads the database can't try all there are.
    #[must_use]
    pub fn blind(&self, address: &str) -> String {
        let Some(mac) = self.mac(b"client/2/", address.as_bytes()) else { return String::new() };
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Stands for a patient's number in a hospital's system, without telling it: what is told of the same patient later is found.
    #[must_use]
    pub fn patient_mark(&self, org: OrgId, number: &str) -> String {
        let Some(mut mac) = self.mac(b"patient/1/", org.to_string().as_bytes()) else { return String::new() };
        mac.update(number.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// An HMAC of `said`, begun with what it is for. HMAC takes a key of any length, so there always is one.
    fn mac(&self, purpose: &[u8], said: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).ok()?;
        mac.update(purpose);
        mac.update(said);
        Some(mac)
    }
}

/// A random token of 256 bits, for a session or a program.
///
/// # Errors
/// The system has no randomness.
pub fn token() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A case code (案件番号): eight digits in two groups, drawn at random, easy to say on the telephone.
///
/// # Errors
/// The system has no randomness.
pub fn case_code() -> Result<String> {
    let number = getrandom::u32().map_err(Error::internal)? % 100_000_000;
    Ok(format!("{:04}-{:04}", number / 10_000, number % 10_000))
}

/// A short code (整理番号) for a paper slip: nine signs drawn at random, and one that checks them.
///
/// # Errors
/// The system has no randomness.
pub fn short_code() -> Result<String> {
    let mut free = [0; short_code::FREE];
    let mut at = 0;
    while let Some(sign) = free.get_mut(at) {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(Error::internal)?;
        // 253 is the greatest multiple of 23 in a byte: above it, some signs would come more often.
        if byte[0] < 253 {
            *sign = usize::from(byte[0]) % short_code::SIGNS.len();
            at += 1;
        }
    }
    Ok(short_code::of(free))
}

/// A first password, to be read out or written down: 16 signs (79 bits) in groups of four, none of which looks like another.
///
/// # Errors
/// The system has no randomness.
pub fn first_password() -> Result<String> {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut password = String::with_capacity(19);
    let mut signs = 0;
    while signs < 16 {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(Error::internal)?;
        // 248 is the greatest multiple of 31 in a byte: above it, some signs would come more often.
        if let (true, Some(sign)) = (byte[0] < 248, SIGNS.get(usize::from(byte[0]) % SIGNS.len())) {
            if signs > 0 && signs % 4 == 0 {
                password.push('-');
            }
            password.push(char::from(*sign));
            signs += 1;
        }
    }
    Ok(password)
}

/// The digest of a text, as it is stored for tokens, or of a file.
#[must_use]
pub fn digest(content: &(impl AsRef<[u8]> + ?Sized)) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(content))
}

/// The form token that belongs to a session: who can't read the session's cookie can't know it.
#[must_use]
pub fn form_token(session: &str) -> String {
    digest(&format!("form/1/{session}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::NoticeKind;
    use crate::domain::sign_in::check_password;

    #[test]
    fn a_switch_link_says_what_it_is_for_and_nobody_else_can_say_it() {
        let (secret, org) = (Secret::random().unwrap(), OrgId::fresh());
        let switches: Switches = [NoticeKind::D7, NoticeKind::D3].into_iter().collect();
        let token = secret.switch_link(org, switches);
        assert_eq!(secret.read_switch_link(&token), Some((org, switches)));
        assert_eq!(Secret::random().unwrap().read_switch_link(&token), None, "another installation's");
        for place in 0..token.len() {
            let other = if token.as_bytes()[place] == b'A' { "B" } else { "A" };
            let forged = format!("{}{other}{}", &token[..place], &token[place + 1..]);
            assert_eq!(secret.read_switch_link(&forged), None, "{place}");
        }
        let short = &token[..token.len() - 4];
        for nothing in ["", "A", short, &format!("{token}AAAA"), "日本語"] {
            assert_eq!(secret.read_switch_link(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_unchanged_link_names_its_day_and_is_no_other_link() {
        let (secret, org) = (Secret::random().unwrap(), OrgId::fresh());
        let token = secret.unchanged_link(org, 20_261_124);
        assert_eq!(secret.read_unchanged_link(&token), Some((org, 20_261_124)));
        assert_eq!(Secret::random().unwrap().read_unchanged_link(&token), None, "another installation's");
        assert_eq!(secret.read_switch_link(&token), None);
        assert_eq!(secret.read_unchanged_link(&secret.switch_link(org, Switches::default())), None);
        for place in 0..token.len() {
            let other = if token.as_bytes()[place] == b'A' { "B" } else { "A" };
            let forged = format!("{}{other}{}", &token[..place], &token[place + 1..]);
            assert_eq!(secret.read_unchanged_link(&forged), None, "{place}");
        }
    }

    #[test]
    fn an_ask_link_opens_one_question() {
        let (secret, ask) = (Secret::random().unwrap(), AskId::fresh());
        let token = secret.ask_link(ask);
        assert_eq!(secret.read_ask_link(&token), Some(ask));
        assert_eq!(Secret::random().unwrap().read_ask_link(&token), None, "another installation's");
        let other = secret.ask_link(AskId::fresh());
        let mixed = format!("{}{}", &token[..20], &other[20..]);
        for forged in ["", "A", &token[1..], &mixed, &secret.switch_link(OrgId::fresh(), Switches::of_bits(1))] {
            assert_eq!(secret.read_ask_link(forged), None, "{forged}");
        }
    }

    #[test]
    fn first_passwords_are_readable_and_differ() {
        let (one, other) = (first_password().unwrap(), first_password().unwrap());
        assert_ne!(one, other);
        assert!(one.split('-').all(|group| group.len() == 4) && one.len() == 19, "{one}");
        assert!(!one.contains(['0', '1', 'i', 'l', 'o']), "{one}");
        assert_eq!(check_password(&one, "login", "name"), Ok(()));
    }
}
