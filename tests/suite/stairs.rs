//! Imports go downward only: web, api, jobs → actions → store → domain.

use std::fs;
use std::path::Path;

/// For each room, the rooms that it may not know.
const ABOVE: [(&str, &[&str]); 3] = [
    ("domain", &["store", "actions", "web", "api", "jobs", "app"]),
    ("store", &["actions", "web", "api", "jobs"]),
    ("actions", &["web", "api"]),
];

#[test]
fn nobody_looks_up_the_stairs() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for (room, above) in ABOVE {
        let mut files = Vec::new();
        collect(&source.join(room), &mut files);
        seen += files.len();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                for other in above {
                    assert!(!line.contains(&format!("crate::{other}::")), "{}: {line}", file.display());
                }
            }
        }
    }
    assert!(seen > 20, "the rooms have moved: {seen} files seen");
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
