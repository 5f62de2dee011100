//! The watched folder of the demo: a folder for each organisation with wards, with codes for them as a system would send them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::actions::beds::files;
use crate::app::App;
use crate::domain::access::Network;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::beds;

/// Makes the folders, and leaves alone what lies in them.
pub(super) async fn lay_out(app: &App, folder: &Path) -> Result<()> {
    let wards = beds::board(&mut app.look().await?, Network::of_the_program(), None).await?;
    let mut names: BTreeMap<OrgId, String> = BTreeMap::new();
    for ward in &wards {
        let lines = names.entry(ward.org_id).or_default();
        let _ = writeln!(lines, "W{},{}", lines.lines().count() + 1, ward.ward_name);
    }
    for (org, folders) in files::folders(app).await? {
        // The shortest of its names is the one that people can type.
        let Some(name) = folders.iter().min_by_key(|name| name.len()) else { continue };
        lay_one(&folder.join(name), names.get(&org).map_or("", String::as_str)).map_err(Error::internal)?;
    }
    Ok(())
}

fn lay_one(home: &Path, wards: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(home)?;
    let file = home.join("wards.csv");
    if file.try_exists()? { Ok(()) } else { std::fs::write(file, wards) }
}
