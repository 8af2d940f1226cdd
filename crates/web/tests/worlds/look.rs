//! Everything a stranger can look at, at one moment: pages in both languages, the interface, the log, metrics, the
//! peers, and answers to questions that are refused.

use std::collections::BTreeMap;

use ximu_basics::{Hash, PublicKey, Signature};
use ximu_client::statement::origin_hash;
use ximu_procedure::wire::{Command, SignedCommand};
use ximu_sim::{Key, centre::ORIGIN, rules::PEERS};
use ximu_tlog::tile::{bundles_touched, tiles_touched};
use ximu_verify::{bundle::Manifest, zip};
use ximu_web::assets::ASSETS;

use super::{
    net::{Answer, get, request},
    people::People,
    script::epoch_question,
    world::World,
};

/// The tenders of every world.
pub const TENDERS: [&str; 3] = [ximu_sim::centre::TENDER, "yc-2020-0604", "no-such-tender"];

/// Pages, without a language.
const PAGES: [&str; 15] = [
    "/",
    "/tenders",
    "/tenders?q=%E7%BB%BF%E5%8C%96",
    "/tenders?q=firm-01",
    "/tenders?stage=open&page=1",
    "/statistics",
    "/statistics.csv",
    "/verify",
    "/verify?tender=yc-2020-0603",
    "/tenders/no-such-tender/hall/live",
    "/codes",
    "/about",
    "/desk",
    "/no-such-page",
    "/tenders/%00",
];

/// Pages below a tender.
const TENDER_PAGES: [&str; 11] = [
    "",
    "/hall",
    "/hall?at=0",
    "/hall?at=1",
    "/record",
    "/records/opening_record.html",
    "/records/opening_record.pdf",
    "/bid",
    "/desk",
    "/evaluation",
    "/no-such-page",
];

/// The interface below a tender.
const TENDER_ANSWERS: [&str; 13] = [
    "",
    "/entries",
    "/entries?from=1",
    "/entries?from=99",
    "/entries?from=x",
    "/operations",
    "/panel",
    "/seats",
    "/envelopes/0000000000000000000000000000000000000000000000000000000000000000",
    "/bodies/0000000000000000000000000000000000000000000000000000000000000000",
    "/bodies/0000000000000000000000000000000000000000000000000000000000000000/header",
    "/documents/0000000000000000000000000000000000000000000000000000000000000000",
    "/no-such-thing",
];

/// What stands alone.
const ANSWERS: [&str; 23] = [
    "/api/v1/register/waiting",
    "/api/v1/centre",
    "/api/v1/procedures",
    "/api/v1/receipts/0000000000000000000000000000000000000000000000000000000000000000",
    "/api/v1/receipts/x",
    "/api/v1/uploads/yc-2020-0603/0000000000000000000000000000000000000000000000000000000000000000",
    "/api/v1/commands",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/log/checkpoint",
    "/log/wait?size=0",
    "/log/tile/entries/999",
    "/ocds/releases",
    "/ocds/releases?after=9",
    "/ocds/releases?after=x",
    "/ocds/records/ocds-ximu00-yc-2020-0603",
    "/ocds/records/ocds-ximu00-yc-2020-0604",
    "/ocds/records/ocds-ximu00-no-such-tender",
    "/ocds/records/yc-2020-0603",
    "/ocds/extension/extension.json",
    "/ocds/extension/release-schema.json",
    "/ocds/extension/README.md",
];

impl World {
    /// Looks at everything.
    pub fn look(&mut self, words: &str) {
        let now = self.now();
        self.record.moment(words, now);
        self.glance_at();
        self.pages();
        self.interface();
        self.log();
        self.questions();
        self.peers_of_the_centre();
        self.lines_logged();
    }

    /// Looks at what changes most often.
    pub fn glance(&mut self, words: &str) {
        let now = self.now();
        self.record.moment(words, now);
        self.glance_at();
        self.lines_logged();
    }

    /// Looks at what CLOSE has made public.
    pub fn see_close(&mut self) {
        let now = self.now();
        self.record.moment("after CLOSE", now);
        for path in ["/tenders/yc-2020-0603/hall", "/api/v1/tenders/yc-2020-0603", "/metrics"] {
            self.see(path);
        }
    }

    fn glance_at(&mut self) {
        self.hear();
        for path in ["/metrics", "/", "/no-such-metric"] {
            let answer = self.ask_metrics(get(path));
            self.saw(&format!("metrics listener {path}"), answer);
        }
        for path in ["/log/checkpoint", "/readyz", "/healthz", "/tenders/yc-2020-0603/hall"] {
            self.see(path);
        }
        for name in PEERS {
            self.record.push(format!("asked of {name}"), self.peers.exchanges(name));
        }
    }

    /// The lines since the last look.
    fn lines_logged(&mut self) {
        self.record.push("lines logged", self.lines.since_last().join("\n"));
    }

    fn see(&mut self, path: &str) {
        let answer = self.ask(get(path));
        self.saw(path, answer);
    }

    fn saw(&mut self, what: &str, answer: Answer) {
        self.record.push(what, answer.bytes());
    }

    fn pages(&mut self) {
        let tenders = TENDERS.iter().flat_map(|id| TENDER_PAGES.map(|page| format!("/tenders/{id}{page}")));
        let pages: Vec<String> = PAGES.iter().map(|page| (*page).to_string()).chain(tenders).collect();
        for page in pages {
            self.see(&page);
            let and = if page.contains('?') { '&' } else { '?' };
            self.see(&format!("{page}{and}lang=en"));
            let in_english = request("GET", &page, &[("accept-language", "en-GB,en;q=0.9")], Vec::new());
            let answer = self.ask(in_english);
            self.saw(&format!("{page} with the header en"), answer);
        }
        for page in ["/?letters=large", "/tenders/yc-2020-0603/hall?letters=large&lang=en"] {
            let answer = self.ask(get(page));
            let html = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(html.contains(r#"class="large""#), "{page} has no large letters");
            self.saw(page, answer);
        }
        for url in ASSETS.all().map(|asset| asset.url.clone()) {
            self.see(&url);
        }
    }

    fn interface(&mut self) {
        for path in ANSWERS {
            self.see(path);
        }
        for tender in TENDERS.into_iter().chain(["registry"]) {
            for path in TENDER_ANSWERS {
                self.see(&format!("/api/v1/tenders/{tender}{path}"));
            }
            self.bundle(&format!("/api/v1/tenders/{tender}/bundle"));
        }
        for id in self.public.clone() {
            self.see(&format!("/api/v1/receipts/{id}"));
        }
        let documents: Vec<Hash> = self
            .view()
            .world
            .tenders
            .values()
            .flat_map(|tender| &tender.documents)
            .map(|one| one.hash)
            .collect();
        for hash in documents {
            self.see(&format!("/api/v1/tenders/yc-2020-0603/documents/{hash}"));
        }
    }

    /// A bundle, file by file. Its checksums and hashes are computed again here and then stand for their files.
    fn bundle(&mut self, path: &str) {
        let answer = self.ask(get(path));
        if answer.status != 200 {
            return self.saw(path, answer);
        }
        self.record.push(format!("{path}, its head"), answer.head());
        let files = zip::read(&answer.body).unwrap();
        for (name, bytes) in &files {
            let bytes = if *name == "manifest.json" { manifest(bytes, &files) } else { bytes.to_vec() };
            self.record.push(format!("{path}, its file {name}"), bytes);
        }
    }

    fn log(&mut self) {
        let size = self.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
        let tiles = tiles_touched(0, size).into_iter().map(|tile| tile.to_string());
        let bundles = bundles_touched(0, size).into_iter().map(|bundle| bundle.to_string());
        for path in tiles.chain(bundles).collect::<Vec<_>>() {
            self.see(&format!("/log/{path}"));
        }
        let next = bundles_touched(0, size + 1).pop().unwrap();
        self.see(&format!("/log/{next}"));
        for method in ["HEAD", "OPTIONS", "DELETE"] {
            for path in ["/", "/log/checkpoint", "/api/v1/tenders/yc-2020-0603", "/api/v1/commands"] {
                let answer = self.ask(request(method, path, &[], Vec::new()));
                self.saw(&format!("{method} {path}"), answer);
            }
        }
        for (name, value) in [("if-none-match", "*"), ("range", "bytes=0-9"), ("accept-encoding", "gzip")] {
            for path in [
                "/tenders/yc-2020-0603/hall",
                "/log/checkpoint",
                "/ocds/releases",
                "/api/v1/tenders/yc-2020-0603/entries",
            ] {
                let answer = self.ask(request("GET", path, &[(name, value)], Vec::new()));
                self.saw(&format!("GET {path} with {name}: {value}"), answer);
            }
        }
    }

    /// Questions that only get a refusal.
    fn questions(&mut self) {
        let mut people = People::new();
        let stranger = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 1 };
        let signed = people.sign("stranger", TENDERS[0], stranger);
        let forged = SignedCommand { key: Key::of("firm-01").public(), ..signed.clone() };
        let wire = |signed: &SignedCommand| ximu_basics::json::to_canonical(signed).unwrap();
        let bodies = [
            ("nothing", Vec::new()),
            ("no JSON", b"x".to_vec()),
            ("an object", b"{}".to_vec()),
            ("a command of a stranger", wire(&signed)),
            ("a command with another key", wire(&forged)),
            ("a large body", vec![b' '; 300_000]),
        ];
        for (name, body) in bodies {
            let answer = self.ask(request("POST", "/api/v1/commands", &[], body.clone()));
            self.saw(&format!("POST /api/v1/commands with {name}"), answer);
            let answer = self.ask(request("POST", "/api/v1/records", &[], body.clone()));
            self.saw(&format!("POST /api/v1/records with {name}"), answer);
            let door = "/api/v1/tenders/yc-2020-0603/seats";
            let answer = self.ask(request("POST", door, &[], body.clone()));
            self.saw(&format!("POST {door} with {name}"), answer);
            let door = format!("{door}/{}", "3".repeat(64));
            let answer = self.ask(request("POST", &door, &[], body));
            self.saw(&format!("POST {door} with {name}"), answer);
        }
        let commitment = Hash::of(b"an upload of a stranger");
        for (key, signature) in [
            (Key::of("stranger").public(), Signature([7; 64])),
            (Key::of("firm-01").public(), Signature([7; 64])),
            (PublicKey([0; 32]), Signature([0; 64])),
        ] {
            for tender in TENDERS {
                let (key, signature) = (key.to_string(), signature.to_string());
                let headers = [("ximu-key", key.as_str()), ("ximu-signature", signature.as_str())];
                for path in [
                    format!("/api/v1/uploads/{tender}/{commitment}"),
                    format!("/api/v1/documents/{commitment}"),
                ] {
                    let answer = self.ask(request("PUT", &path, &headers, b"bytes".to_vec()));
                    self.saw(&format!("PUT {path} by {key}"), answer);
                }
            }
        }
    }

    fn peers_of_the_centre(&mut self) {
        let log = origin_hash(ORIGIN);
        let size = self.view().cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
        let mut paths = vec![
            "/healthz".to_string(),
            format!("/newest/{log}"),
            format!("/newest/{}", origin_hash("other.example/log")),
            format!("/custody/{log}/{}/{}?bytes=1000", TENDERS[0], Hash::of(b"x")),
            format!("/bodies/{log}/{}/{}", TENDERS[0], Hash::of(b"x")),
            "/metrics".to_string(),
        ];
        paths.extend(bundles_touched(0, size).into_iter().map(|bundle| format!("/mirror/{log}/{bundle}")));
        for name in PEERS {
            for path in &paths {
                let answer = self.peers.ask(name, "GET", path, &[]);
                self.saw(&format!("{name} {path}"), answer);
            }
            let answer = self.peers.ask(name, "POST", "/add-checkpoint", b"old 0\n\nno note\n");
            self.saw(&format!("{name} /add-checkpoint"), answer);
            let answer = self.peers.ask(name, "POST", "/relays", b"{}");
            self.saw(&format!("{name} /relays"), answer);
            let epoch = epoch_question(TENDERS[0]);
            for question in [epoch.as_str(), "{}", "x"] {
                let answer = self.peers.ask(name, "POST", "/epochs", question.as_bytes());
                self.saw(&format!("{name} /epochs {question}"), answer);
            }
            for (path, bytes) in self.peers.files(name) {
                self.record.push(format!("file {path} of {name}"), bytes);
            }
        }
    }
}

/// A manifest whose hashes were computed again and then stand for the paths of their files.
fn manifest(bytes: &[u8], files: &BTreeMap<&str, &[u8]>) -> Vec<u8> {
    let mut text = String::from_utf8(bytes.to_vec()).unwrap();
    let manifest: Manifest = ximu_basics::json::from_canonical(bytes).unwrap();
    assert!(manifest.is_signed_by(&Key::of("centre").public()), "the manifest's signature");
    for line in &manifest.files {
        assert_eq!(line.hash, Hash::of(files[line.path.as_str()]), "the manifest's hash of {}", line.path);
        let instead = Hash::of_parts("ximu-worlds/1", &[line.path.as_bytes()]);
        text = text.replace(&line.hash.to_string(), &instead.to_string());
    }
    let signature = manifest.signature.to_string();
    text.replace(&signature, &"0".repeat(signature.len())).into_bytes()
}
