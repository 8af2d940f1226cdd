//! Who plays: centres, tenderer, firms. All firms are invented; so is everything they say.

use super::{plan::Plan, seat::Seat};
use crate::keys::Key;
use ximu_basics::{Hash, PartyId};
use ximu_procedure::registry::party_id;
use ximu_tlog::VerifierKey;

/// The log's origin. A rehearsal says so in its very name.
pub const ORIGIN: &str = "rehearsal.yichang.example/log";

/// The host's name.
pub const HOST: &str = "宜昌市公共资源交易中心（演练）";

/// The tenderer's name.
pub const TENDERER: &str = "峡江高速公路建设管理有限公司（演练）";

/// Firms that are in the register and do not bid: who is registered says nothing about who bids.
pub const ONLOOKERS: u32 = 4;

/// Firms that submit and are not on the list: one withdraws, one is late.
pub const OFF_THE_LIST: u32 = 2;

/// Another centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its name in the policy.
    pub name: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its province in Chinese.
    pub province: &'static str,
}

/// The other centres, in the order of their shares: two provinces by turns.
pub const PLACES: [Place; 8] = [
    Place { name: "nantong.example", zh: "南通", province: "江苏" },
    Place { name: "suzhou.example", zh: "苏州", province: "江苏" },
    Place { name: "ningbo.example", zh: "宁波", province: "浙江" },
    Place { name: "yuyao.example", zh: "余姚", province: "浙江" },
    Place { name: "changzhou.example", zh: "常州", province: "江苏" },
    Place { name: "huzhou.example", zh: "湖州", province: "浙江" },
    Place { name: "taizhou.example", zh: "泰州", province: "江苏" },
    Place { name: "lishui.example", zh: "丽水", province: "浙江" },
];

/// What a firm does in the play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Submits and releases its key.
    Releases,
    /// Submits, replaces its bid by a lower one, and releases.
    Replaces,
    /// Submits, loses its key, asks the other centres for rescue.
    IsRescued,
    /// Submits and does nothing at the opening.
    StaysSilent,
    /// Submits and withdraws before the deadline.
    Withdraws,
    /// Submits after the deadline.
    IsLate,
    /// Is registered and does not bid.
    LooksOn,
}

/// A firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// Its number, from 1.
    pub number: usize,
    /// The label its secrets are derived from.
    pub label: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub part: Part,
    /// Its id in the register, where a person registered it with a key of its own.
    pub registered: Option<PartyId>,
}

const FIRST: [&str; 24] = [
    "清江", "云岭", "楚禾", "荆原", "汉苑", "沅畔", "湘茂", "赣林", "皖苗", "浙禾", "苏圃", "鄂西", "青坪",
    "松涛", "竹隐", "兰皋", "柏舟", "桐荫", "槐安", "榆序", "枫亭", "棠溪", "梅屿", "菰蒲",
];
const SECOND: [&str; 7] = [
    "园林绿化有限公司",
    "生态环境建设有限公司",
    "市政园林工程有限公司",
    "景观工程有限公司",
    "苗木园艺有限公司",
    "绿化养护有限公司",
    "生态修复有限公司",
];

/// The firms of a plan: those on the list, then the one that withdraws, the one that is late, and those that look on. The
/// firm whose seat a person takes is not among them.
pub fn firms(plan: &Plan) -> Vec<Firm> {
    let all = plan.bidders + OFF_THE_LIST + ONLOOKERS;
    let guest = guest(plan).map(|guest| guest.number);
    (1..=all).map(|number| firm(plan, number)).filter(|firm| Some(firm.number) != guest).collect()
}

/// The firm whose seat a person takes: the last on the list, an ordinary one.
pub fn guest(plan: &Plan) -> Option<Firm> {
    match plan.seat? {
        Seat::Bidder => Some(firm(plan, plan.bidders)),
        Seat::Supervisor | Seat::Host | Seat::Evaluator => None,
    }
}

fn firm(plan: &Plan, number: u32) -> Firm {
    let part = match number {
        2 => Part::Replaces,
        3 => Part::IsRescued,
        4 => Part::StaysSilent,
        _ if number <= plan.bidders => Part::Releases,
        _ if number == plan.bidders + 1 => Part::Withdraws,
        _ if number == plan.bidders + 2 => Part::IsLate,
        _ => Part::LooksOn,
    };
    let number = number as usize;
    let index = number.saturating_sub(1);
    // Every pair once before any comes again: 24 and 7 share no divisor.
    let first = FIRST.get(index % FIRST.len()).copied().unwrap_or("某");
    let second = SECOND.get(index % SECOND.len()).copied().unwrap_or("公司");
    Firm { number, label: format!("firm-{number}"), name: format!("{first}{second}"), part, registered: None }
}

impl Firm {
    /// Its signing key.
    pub fn key(&self, plan: &Plan) -> Key {
        plan.key(&self.label)
    }

    /// Its id in the register.
    pub fn party(&self, plan: &Plan) -> Option<PartyId> {
        self.registered.clone().or_else(|| party(plan, &self.label, &self.name))
    }

    /// Whether it comes to the register only after the publication, and waits there for its admission: the last two on
    /// the list, when a person has the host's seat.
    pub fn registers_late(&self, plan: &Plan) -> bool {
        let last = plan.bidders as usize;
        plan.seat == Some(Seat::Host) && (last.saturating_sub(1)..=last).contains(&self.number)
    }

    /// Whether it bids at all.
    pub fn bids(&self) -> bool {
        self.part != Part::LooksOn
    }
}

/// The id of a party of the play.
pub fn party(plan: &Plan, label: &str, name: &str) -> Option<PartyId> {
    party_id(&name_commitment(plan, label, name)?, &plan.key(label).public())
}

/// What the register holds of a name.
pub fn name_commitment(plan: &Plan, label: &str, name: &str) -> Option<Hash> {
    Some(Hash::of(&name_record(plan, label, name)?))
}

/// The vault's record of a name.
pub fn name_record(plan: &Plan, label: &str, name: &str) -> Option<Vec<u8>> {
    ximu_bidder::act::Record { salt: plan.salt(label), text: name.to_owned() }.bytes().ok()
}

/// The other centres of a plan.
pub fn places(plan: &Plan) -> Vec<Place> {
    PLACES.into_iter().take(plan.centres as usize).collect()
}

/// How many of n witnesses must cosign: all but a quarter of them, so that one of four may be away.
pub fn quorum(centres: u32) -> u32 {
    centres - centres / 4
}

/// The policy: which log, which witnesses, how many of them. The host's own word counts for nothing in it.
pub fn policy(plan: &Plan) -> Option<String> {
    let log = VerifierKey::log(ORIGIN, &plan.key("centre").public()).ok()?;
    let mut text = format!("log {log}\n");
    let mut names = Vec::new();
    for place in places(plan) {
        let witness = VerifierKey::witness(place.name, &plan.key(place.name).public()).ok()?;
        text.push_str(&format!("witness {} {witness}\n", place.name));
        names.push(place.name);
    }
    text.push_str(&format!("group others {} {}\nquorum others\n", quorum(plan.centres), names.join(" ")));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::{BIDDERS_MAX, BIDDERS_MIN, Pace};
    use std::collections::BTreeSet;
    use ximu_basics::Seed;

    fn plan(bidders: u32) -> Plan {
        Plan {
            v: 1,
            seed: Seed([1; 32]),
            bidders,
            experts: 5,
            centres: 4,
            escrow: 3,
            pace: Pace::Fast,
            seat: None,
        }
    }

    #[test]
    fn the_seed_case_has_29_firms_27_on_the_list_and_25_releases() {
        let firms = firms(&plan(27));
        let count = |wanted: &[Part]| firms.iter().filter(|firm| wanted.contains(&firm.part)).count();
        assert_eq!(firms.iter().filter(|firm| firm.bids()).count(), 29);
        assert_eq!(count(&[Part::Releases, Part::Replaces]), 25);
        assert_eq!((count(&[Part::IsRescued]), count(&[Part::StaysSilent])), (1, 1));
        assert_eq!((count(&[Part::Withdraws]), count(&[Part::IsLate])), (1, 1));
    }

    #[test]
    fn the_firm_whose_seat_is_taken_stays_at_home() {
        let plan = Plan { seat: Some(Seat::Bidder), ..plan(27) };
        let guest = guest(&plan).unwrap();
        assert_eq!(guest.part, Part::Releases);
        assert_eq!(firms(&plan).iter().filter(|firm| firm.bids()).count(), 28);
        assert!(firms(&plan).iter().all(|firm| firm.number != guest.number));
    }

    #[test]
    fn two_ordinary_firms_wait_for_their_admission_when_a_person_has_the_hosts_seat() {
        let plan = Plan { seat: Some(Seat::Host), ..plan(5) };
        let late: Vec<Firm> = firms(&plan).into_iter().filter(|firm| firm.registers_late(&plan)).collect();
        assert_eq!(late.iter().map(|firm| firm.number).collect::<Vec<_>>(), [4, 5]);
        let plan = Plan { seat: Some(Seat::Supervisor), ..plan };
        assert!(firms(&plan).iter().all(|firm| !firm.registers_late(&plan)));
    }

    #[test]
    fn no_two_firms_have_one_name() {
        for bidders in [BIDDERS_MIN, 27, BIDDERS_MAX] {
            let firms = firms(&plan(bidders));
            let names: BTreeSet<&str> = firms.iter().map(|firm| firm.name.as_str()).collect();
            assert_eq!(names.len(), firms.len(), "{bidders}");
        }
    }

    #[test]
    fn the_policy_counts_three_of_four_and_never_the_host() {
        let text = policy(&plan(27)).unwrap();
        let policy = ximu_tlog::Policy::parse(text.as_bytes()).unwrap();
        let names = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<&str>>();
        assert!(policy.satisfied(&names(&["nantong.example", "suzhou.example", "ningbo.example"])));
        assert!(!policy.satisfied(&names(&["nantong.example", "suzhou.example", ORIGIN])));
    }
}
