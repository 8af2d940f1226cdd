//! Bids whose every text is found again wherever it leaks: random canaries in form and body, and prices that no other
//! number looks like.

use super::{
    house::House,
    random_hex,
    scan::Needle,
    tool::{Ran, ximu},
};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// A firm with its sealed bid.
pub struct Bid {
    /// The label of its key.
    pub label: String,
    /// Its id in the register.
    pub party: String,
    /// The folder that `ximu bid seal` wrote.
    pub folder: PathBuf,
    /// A text that stands in the form and nowhere else.
    pub form_canary: String,
    /// A text that stands in the body and nowhere else.
    pub body_canary: String,
}

impl Bid {
    /// Has a registered firm seal a bid with the public tool.
    pub fn seal(house: &House, tender: &str, label: &str, party: &str) -> Bid {
        Bid::seal_with(house, tender, label, party, "1", &[])
    }

    /// The same for a later version, with more arguments of the tool.
    pub fn seal_with(
        house: &House,
        tender: &str,
        label: &str,
        party: &str,
        version: &str,
        more: &[&str],
    ) -> Bid {
        let canary = |what: &str| format!("金丝雀{what}{}", random_hex(12));
        let bid = Bid {
            label: label.to_owned(),
            party: party.to_owned(),
            folder: house.path(&format!("bids/{label}-{version}")),
            form_canary: canary("表"),
            body_canary: canary("件"),
        };
        let draft = house.path(&format!("people/{label}-{version}.json"));
        fs::write(&draft, draft_text(&bid)).unwrap();
        let body = house.path(&format!("people/投标文件-{label}.md"));
        fs::write(&body, format!("# 投标文件\n\n{0}\n\n{0}\n", bid.body_canary)).unwrap();
        let (key, tender) = (house.path(&format!("people/{label}.key")), house.tender_url(tender));
        let paths = [&draft, &body, &key, &bid.folder].map(|path| path.to_str().unwrap());
        let [draft, body, key, out] = paths;
        let arguments =
            ["bid", "seal", "--tender", &tender, "--form", draft, "--file", body, "--key", key, "--out", out];
        ximu(&[&arguments, more].concat()).expect(0);
        bid
    }

    /// Submits it and does not wait for the receipt.
    pub fn submit(&self, house: &House) -> Ran {
        self.step(house, "submit", &["--no-wait", "--json"])
    }

    /// Waits for the receipt.
    pub fn receipt(&self, house: &House) -> Ran {
        let (folder, url) = (self.folder.to_str().unwrap(), house.url());
        ximu(&["bid", "receipt", folder, "--centre", &url])
    }

    /// Gives another command in its name.
    pub fn step(&self, house: &House, step: &str, more: &[&str]) -> Ran {
        let folder = self.folder.to_str().unwrap();
        house.tool_as(&self.label, &["bid", step, folder], more)
    }

    /// The form as it was sealed.
    pub fn form(&self) -> Value {
        serde_json::from_slice(&fs::read(self.folder.join("form.json")).unwrap()).unwrap()
    }

    /// What says where the bid is and what it is.
    pub fn submission(&self) -> Value {
        serde_json::from_slice(&fs::read(self.folder.join("submission.json")).unwrap()).unwrap()
    }

    /// Firm and version.
    pub fn name(&self) -> String {
        self.folder.file_name().unwrap().to_str().unwrap().to_owned()
    }

    /// The canary of the form.
    pub fn form_needle(&self) -> Needle {
        Needle::unique(format!("form canary of {}", self.name()), self.form_canary.as_str())
    }

    /// The canary of the body.
    pub fn body_needle(&self) -> Needle {
        Needle::unique(format!("body canary of {}", self.name()), self.body_canary.as_str())
    }

    /// The price in every spelling in which somebody would write it.
    pub fn price_needles(&self) -> Vec<Needle> {
        let form = self.form();
        let amount = form["price"]["amount"].as_str().unwrap();
        let (whole, cents) = amount.split_once('.').unwrap();
        let grouped = grouped(whole);
        let json = form["price"].to_string();
        let name = |spelling: &str| format!("price of {} {spelling}", self.name());
        vec![
            Needle::alone(name("in digits"), amount),
            Needle::alone(name("in whole yuan"), whole),
            Needle::alone(name("in hundredths"), format!("{whole}{cents}")),
            Needle::alone(name("in groups of three"), format!("{grouped}.{cents}")),
            Needle::alone(name("in groups of three, whole"), grouped),
            Needle::unique(name("in words"), form["price_words"].as_str().unwrap()),
            Needle::unique(name("in JSON"), json.clone()),
            Needle::unique(name("in JSON inside JSON"), json.replace('"', "\\\"")),
        ]
    }
}

/// `bid.json`: two lines whose sum is some 94 million yuan and ends in odd cents.
fn draft_text(bid: &Bid) -> String {
    let random = u64::from_str_radix(&random_hex(4), 16).unwrap();
    let (trees, turf) = (random % 900_000 + 100_000, random / 7 % 90_000 + 10_001);
    json!({
        "bidder_name": format!("{}园林绿化有限公司", bid.form_canary),
        "bond": "500000.00",
        "quality": "合格",
        "duration_days": 120,
        "manager": format!("项目经理{}", bid.form_canary),
        "lines": [
            {"item": "乔木", "unit": "株", "quantity": "120", "unit_price": format!("78{}.37", trees % 9_000 + 1_000)},
            {"item": "草皮", "unit": "m2", "quantity": "1", "unit_price": format!("{turf}.89")},
        ],
    })
    .to_string()
}

/// The signing key of a label, as its file has it.
pub fn signing_key(house: &House, label: &str) -> SigningKey {
    let text = fs::read_to_string(house.path(&format!("people/{label}.key"))).unwrap();
    let secret = text.lines().find_map(|line| line.strip_prefix("secret ")).unwrap();
    SigningKey::from_bytes(&ximu_basics::hex::decode(secret).unwrap().try_into().unwrap())
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
