//! A centre and its four peers as processes, each behind a relay, founded by the public tool; the people who act there;
//! a tender from the national preset as a rehearsal.

use super::{
    now,
    process::Process,
    relay::Relay,
    tool::{Ran, ximu},
};
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use ximu_basics::{Instant, ProcedureId, PublicKey};
use ximu_client::{Centre, Timeouts, Trust};
use ximu_tlog::VerifierKey;

/// The log's origin.
pub const ORIGIN: &str = "rehearsal.yichang.example/log";

/// The peers in share order; the first keeps second copies.
pub const PEERS: [&str; 4] = ["nantong.example", "suzhou.example", "ningbo.example", "yuyao.example"];

/// How many of them open together, and how many must cosign.
pub const THRESHOLD: usize = 3;

/// The tender.
pub const TENDER: &str = "yc-2020-0603";

/// A day of the rehearsal. Twenty of them must pass before the deadline.
pub const DAY_MS: i64 = 700;

/// A minute of the rehearsal.
const MINUTE_MS: i64 = 100;

/// A centre, its peers and its people.
pub struct House {
    /// Everything stands below it: `host`, `peers/N`, `config`, `people`, `bids`, `logs`.
    pub dir: TempDir,
    /// The policy's text.
    pub policy: String,
    /// The id of the admitted tenderer.
    pub tenderer: String,
    /// The host, while it runs.
    pub host: Option<Process>,
    /// The peers, while they run.
    pub peers: Vec<Option<Process>>,
    /// What stands before the host.
    pub host_relay: Relay,
    /// What stands before each peer.
    pub peer_relays: Vec<Relay>,
    /// Where the host's data directory is.
    pub host_data: PathBuf,
}

/// What a tender of these tests decides itself.
pub struct TenderPlan {
    /// Its id.
    pub id: &'static str,
    /// How long after its publication the deadline is, in milliseconds: at least twenty days.
    pub open_ms: i64,
    /// How long the window is, in minutes of the rehearsal.
    pub window_minutes: i64,
    /// What else its rules file says.
    pub more: &'static str,
}

impl House {
    /// A founded centre with an admitted tenderer.
    pub fn founded() -> House {
        let mut house = House::unfounded(TempDir::new().unwrap(), None);
        house.found();
        house
    }

    /// A founded centre whose host keeps its data in this folder.
    pub fn founded_in(host_data: &Path) -> House {
        let mut house = House::unfounded(TempDir::new().unwrap(), Some(host_data));
        house.found();
        house
    }

    fn unfounded(dir: TempDir, host_data: Option<&Path>) -> House {
        for folder in ["config/host", "people", "bids", "logs", "peers"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let host_data = host_data.map_or_else(|| dir.path().join("host"), Path::to_path_buf);
        let mut house = House {
            policy: String::new(),
            tenderer: String::new(),
            host: None,
            peers: Vec::new(),
            host_relay: Relay::new(),
            peer_relays: PEERS.map(|_| Relay::new()).into(),
            host_data,
            dir,
        };
        house.write_settings();
        for position in 0..PEERS.len() {
            house.peers.push(None);
            house.start_peer(position);
        }
        house.start_host().unwrap();
        house
    }

    /// A path below the house.
    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// Keys, policy and ximu.toml of all five.
    fn write_settings(&mut self) {
        let centre = new_key(&self.path("config/host/centre.key"));
        let log = VerifierKey::log(ORIGIN, &centre).unwrap();
        self.policy = format!("log {log}\n");
        let mut settings = format!("[serve]\norigin = \"{ORIGIN}\"\nkey = \"centre.key\"\n");
        for (position, name) in PEERS.iter().enumerate() {
            fs::create_dir_all(self.path(&format!("config/peers/{position}"))).unwrap();
            let key = new_key(&self.path(&format!("config/peers/{position}/peer.key")));
            let witness = VerifierKey::witness(name, &key).unwrap();
            writeln!(self.policy, "witness {name} {witness}").unwrap();
            let url = self.peer_relays[position].url();
            write!(settings, "[[serve.peers]]\nname = \"{name}\"\nurl = \"{url}\"\n").unwrap();
        }
        writeln!(self.policy, "group others {THRESHOLD} {}\nquorum others", PEERS.join(" ")).unwrap();
        fs::write(self.path("config/host/ximu.toml"), settings).unwrap();
        fs::write(self.path("policy"), &self.policy).unwrap();
        for (position, name) in PEERS.iter().enumerate() {
            let folder = self.path(&format!("config/peers/{position}"));
            fs::write(folder.join("policy"), &self.policy).unwrap();
            let centre = self.host_relay.url();
            let mut settings = format!(
                "[peer]\nname = \"{name}\"\nkey = \"peer.key\"\n\
                 [[peer.logs]]\norigin = \"{ORIGIN}\"\npolicy = \"policy\"\ncentre = \"{centre}\"\n"
            );
            for (other, name) in PEERS.iter().enumerate() {
                let url = self.peer_relays[other].url();
                write!(settings, "[[peer.peers]]\nname = \"{name}\"\nurl = \"{url}\"\n").unwrap();
            }
            fs::write(folder.join("ximu.toml"), settings).unwrap();
        }
    }

    /// Starts a peer, the first time or again, behind its relay.
    pub fn start_peer(&mut self, position: usize) {
        let data = self.path(&format!("peers/{position}"));
        let config = self.path(&format!("config/peers/{position}/ximu.toml"));
        let arguments = [
            "peer".into(),
            "--data-dir".into(),
            data.into_os_string(),
            "--config".into(),
            config.into_os_string(),
            "--listen".into(),
            "127.0.0.1:0".into(),
        ];
        let peer = Process::start(&arguments, &self.path(&format!("logs/peer-{position}.log"))).unwrap();
        self.peer_relays[position].join(peer.address);
        self.peers[position] = Some(peer);
    }

    /// Starts the host, the first time or again, behind its relay.
    ///
    /// # Errors
    /// What it logged, when it ended before it listened.
    pub fn start_host(&mut self) -> Result<(), String> {
        self.start_host_with(&[])
    }

    /// The same with variables of the environment.
    ///
    /// # Errors
    /// As [`House::start_host`].
    pub fn start_host_with(&mut self, environment: &[(&str, String)]) -> Result<(), String> {
        let config = self.path("config/host/ximu.toml");
        let arguments = [
            "serve".into(),
            "--sandbox".into(),
            "--data-dir".into(),
            self.host_data.clone().into_os_string(),
            "--config".into(),
            config.into_os_string(),
            "--listen".into(),
            "127.0.0.1:0".into(),
        ];
        let host = Process::start_in(environment, &arguments, &self.path("logs/host.log"))?;
        self.host_relay.join(host.address);
        self.host = Some(host);
        Ok(())
    }

    /// Every process that runs.
    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.host.iter().chain(self.peers.iter().flatten())
    }

    fn found(&mut self) {
        self.key("administrator");
        let policy = self.path("policy");
        let arguments =
            ["--name", "宜昌市公共资源交易中心", "--rehearsal", "--policy", policy.to_str().unwrap()];
        self.tool_as("administrator", &["admin", "found"], &arguments).expect(0);
        self.tenderer = self.register("tenderer", "tenderer");
    }

    /// The host's address as people give it.
    pub fn url(&self) -> String {
        self.host_relay.url()
    }

    /// A tender's address.
    pub fn tender_url(&self, id: &str) -> String {
        format!("{}/tenders/{id}", self.url())
    }

    /// Makes a key file.
    pub fn key(&self, label: &str) -> PathBuf {
        let path = self.path(&format!("people/{label}.key"));
        new_key(&path);
        path
    }

    /// Runs the tool against the centre with a person's key.
    pub fn tool_as(&self, label: &str, command: &[&str], arguments: &[&str]) -> Ran {
        let (key, url) = (self.path(&format!("people/{label}.key")), self.url());
        let common = ["--centre", &url, "--key", key.to_str().unwrap()];
        ximu(&[command, &common, arguments].concat())
    }

    /// Gives a command of the closed set.
    pub fn act(&self, label: &str, procedure: &str, command: &Value) -> Ran {
        let path = self.path(&format!("people/{label}.json"));
        fs::write(&path, command.to_string()).unwrap();
        self.tool_as(label, &["act"], &["--json", procedure, path.to_str().unwrap()])
    }

    /// The name under which a firm is registered.
    pub fn name_of(label: &str) -> String {
        format!("{label}有限公司")
    }

    /// Registers a firm and has it admitted; gives its id.
    pub fn register(&self, label: &str, role: &str) -> String {
        self.key(label);
        let name = House::name_of(label);
        let registered = self.tool_as(label, &["admin", "register"], &["--json", "--name", &name]).json(0);
        let party = registered["party"].as_str().unwrap().to_owned();
        self.tool_as("administrator", &["admin", "admit"], &["--party", &party, "--role", role]).expect(0);
        party
    }

    /// Publishes the tender; gives its deadline.
    pub fn publish(&self, plan: &TenderPlan) -> Instant {
        // A moment between writing the rules and the publication.
        let deadline = now().plus_ms(plan.open_ms + 1_500);
        self.publish_rules(&rules_text(&self.tenderer, deadline, plan));
        deadline
    }

    /// Publishes a tender by rules of the caller's own.
    pub fn publish_rules(&self, text: &str) {
        let rules = self.path("people/rules.toml");
        fs::write(&rules, text).unwrap();
        let document = self.path("people/招标文件.txt");
        fs::write(&document, "匝道绿化，含苗木、栽植与一年养护。\n").unwrap();
        let arguments = [rules.to_str().unwrap(), "--doc", document.to_str().unwrap()];
        self.tool_as("tenderer", &["tender", "publish"], &arguments).expect(0);
    }

    /// The host through its relay.
    pub fn centre(&self) -> Centre {
        Centre::new(self.url().parse().unwrap(), &Trust::Public, Timeouts::default()).unwrap()
    }

    /// The tender's public state.
    pub fn state(&self) -> Value {
        self.centre().tender(&tender_id()).unwrap().expect("the tender")
    }

    /// Waits until the tender's public state is as wanted: looks again at each new cosigned checkpoint.
    pub fn wait(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let log = self.centre().log();
        // Twelve long polls of 25 s are five minutes: no test's tender lasts so long.
        for _ in 0..1_200 {
            let size = log.checkpoint().unwrap().map_or(0, |note| size_of(&note));
            let state = self.state();
            if wanted(&state) {
                return state;
            }
            log.wait(size + 1).unwrap();
        }
        panic!("{what} did not come: {}", self.state());
    }

    /// Waits for a stage.
    pub fn wait_for_stage(&self, stage: &str) -> Value {
        self.wait(stage, |state| state["stage"] == stage)
    }
}

/// The tender's id.
pub fn tender_id() -> ProcedureId {
    TENDER.parse().unwrap()
}

/// How many leaves a checkpoint covers.
pub fn size_of(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

/// Makes a key file with the tool; gives the public key.
fn new_key(path: &Path) -> PublicKey {
    let made = ximu(&["key", "new", "--json", "--out", path.to_str().unwrap()]).json(0);
    made["public"].as_str().unwrap().parse().unwrap()
}

fn rules_text(tenderer: &str, deadline: Instant, plan: &TenderPlan) -> String {
    let holders = PEERS.map(|name| format!("{name:?}")).join(", ");
    format!(
        r#"preset = "cn-construction-open"
id = "{id}"
tenderer = "{tenderer}"
custody = "{custody}"

[title]
zh = "白洋高速公路匝道绿化二期工程"
en = "Baiyang expressway slip-road planting, phase two"

[description]
zh = "匝道绿化"
en = "Planting along the slip roads"

[[lots]]
id = "lot-1"
title = {{ zh = "绿化", en = "Planting" }}
ceiling = "98500000.00"
estimate = "95000000.00"

[escrow]
holders = [{holders}]

[seal]
deadline = "{deadline}"

[unseal]
window_minutes = {window_minutes}

[sandbox]
day_ms = {DAY_MS}
minute_ms = {MINUTE_MS}
beat_ms = 250
{more}"#,
        id = plan.id,
        more = plan.more,
        custody = PEERS[0],
        window_minutes = plan.window_minutes,
    )
}
