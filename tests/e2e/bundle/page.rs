//! The page: it fetches nothing, runs nothing, and belongs to its `report.json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::chain;

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str())
        .skip(1)
        .map(|rest| rest.split('"').next().expect("an end"))
        .collect()
}

#[test]
fn the_page_loads_nothing() {
    let (_desk, bundles) = chain(1);
    let page = std::fs::read_to_string(bundles[0].join("report.html")).unwrap();
    let lower = page.to_ascii_lowercase();
    for element in [
        "link", "img", "iframe", "object", "embed", "base", "video", "audio",
    ] {
        assert!(!lower.contains(&format!("<{element} ")), "{element}");
        assert!(!lower.contains(&format!("<{element}>")), "{element}");
    }
    for name in [
        "src", "srcset", "action", "style", "onclick", "onload", "onerror",
    ] {
        assert_eq!(attributes(&lower, name), Vec::<&str>::new(), "{name}");
    }
    let links = attributes(&page, "href");
    assert!(links.len() > 5);
    for link in links {
        let anchor = link.strip_prefix('#').expect("a place in the page");
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
    assert!(!lower.contains("url(") && !lower.contains("@import"));
    assert!(!lower.contains("http-equiv=\"refresh"));
}

#[test]
fn the_policy_of_the_page_allows_its_own_style_and_script_alone() {
    let (_desk, bundles) = chain(1);
    let page = std::fs::read_to_string(bundles[0].join("report.html")).unwrap();
    let policy = attributes(&page, "content")
        .into_iter()
        .find(|it| it.contains("default-src"))
        .expect("a policy");
    let policy = policy.replace("&#x3D;", "=");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    for element in ["style", "script"] {
        let inside: Vec<&str> = page.split(&format!("<{element}>")).skip(1).collect();
        assert_eq!(inside.len(), 1, "{element}");
        let text = inside[0].split(&format!("</{element}>")).next().unwrap();
        let hash = STANDARD.encode(Sha256::digest(text));
        let source = format!("{element}-src 'sha256-{hash}'");
        assert!(policy.contains(&source), "{policy}: {hash}");
    }
    assert!(!page.to_ascii_lowercase().contains("<script "));
    assert!(!policy.contains("unsafe"), "{policy}");
    // A policy counts only for what comes after it.
    assert!(page.find("Content-Security-Policy") < page.find("<style>"));
}

#[test]
fn the_page_names_the_digest_of_its_report() {
    let (_desk, bundles) = chain(1);
    let page = std::fs::read_to_string(bundles[0].join("report.html")).unwrap();
    let report = std::fs::read(bundles[0].join("report.json")).unwrap();
    let digest = hex::encode(Sha256::digest(report));
    assert!(page.contains(&digest));
    // It stands on paper too, and the page does not vouch for itself.
    let footer = page.split("<footer>").nth(1).expect("a footer");
    assert!(footer.contains(&digest));
    assert!(page.contains("A page can't vouch for itself") || page.contains("A page can&#x27;t"));
}
