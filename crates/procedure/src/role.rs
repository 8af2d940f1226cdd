//! Roles (domain: 角色). Operator, host, supervisor and share holder are different people.

use serde::{Deserialize, Serialize};

/// What a person may be to a centre or to one procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 系统管理员: names the first officers of a centre.
    Administrator,
    /// 平台运营: runs the centre; admits parties; cannot read bids.
    Operator,
    /// 招标人.
    Tenderer,
    /// 招标代理.
    Agent,
    /// 投标人.
    Bidder,
    /// 评标专家.
    Evaluator,
    /// 招标人代表.
    Delegate,
    /// 见证.
    WitnessOfficer,
    /// 行政监督部门.
    Supervisor,
    /// 纪检/审计.
    Auditor,
    /// 专家库管理.
    PoolKeeper,
    /// 资格审查: decides on applications before the opening, where the rules let somebody.
    QualificationOfficer,
    /// 保证金收讫方: a bank, or the centre's bond office; it knows who paid, and nobody else does.
    BondKeeper,
    /// 份额持有中心: another centre that holds shares in one procedure.
    Holder,
    /// The centre's own clock: timers only.
    Centre,
    /// Anybody who has registered and is not admitted to anything.
    Visitor,
}

impl Role {
    /// Every role, in ascending order.
    pub const ALL: [Role; 16] = [
        Role::Administrator,
        Role::Operator,
        Role::Tenderer,
        Role::Agent,
        Role::Bidder,
        Role::Evaluator,
        Role::Delegate,
        Role::WitnessOfficer,
        Role::Supervisor,
        Role::Auditor,
        Role::PoolKeeper,
        Role::QualificationOfficer,
        Role::BondKeeper,
        Role::Holder,
        Role::Centre,
        Role::Visitor,
    ];

    /// The only roles that one party may have together: each list is one place's. Whoever has a role outside its list as
    /// well could read, judge or pay what it must not.
    pub const TOGETHER: [&[Role]; 3] = [
        &[Role::Administrator, Role::Operator],
        &[Role::Tenderer, Role::Agent, Role::Delegate],
        &[Role::Supervisor, Role::Auditor],
    ];

    /// Whether one party may have both.
    #[must_use]
    pub fn goes_with(self, other: Role) -> bool {
        self == other || Role::TOGETHER.iter().any(|list| list.contains(&self) && list.contains(&other))
    }

    /// Whether an administrator or operator may grant it; the others follow from a procedure's genesis.
    #[must_use]
    pub fn can_be_granted(self) -> bool {
        !matches!(self, Role::Holder | Role::Centre | Role::Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// The whole table, read from the words of journal 7.3 and not from the code's.
    #[test]
    fn one_party_has_roles_of_one_place_only() {
        use Role::{Administrator, Agent, Auditor, Delegate, Operator, Supervisor, Tenderer};
        let mut together = Vec::new();
        for (place, first) in Role::ALL.iter().enumerate() {
            assert!(first.goes_with(*first));
            for second in Role::ALL.iter().skip(place + 1) {
                assert_eq!(first.goes_with(*second), second.goes_with(*first), "{first:?} {second:?}");
                if first.goes_with(*second) {
                    together.push((*first, *second));
                }
            }
        }
        let expected = [
            (Administrator, Operator),
            (Tenderer, Agent),
            (Tenderer, Delegate),
            (Agent, Delegate),
            (Supervisor, Auditor),
        ];
        assert_eq!(together, expected);
    }
}
