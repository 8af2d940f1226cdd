//! The policy (verify 4.5): readable, the one that is pinned, and one that asks for cosignatures at all.

use ximu_tlog::{Policy, policy::Quorum};

use super::{Run, at_file};
use crate::{Code, bundle::path};

impl Run<'_> {
    pub(super) fn policy(&mut self) -> Option<Policy> {
        let bytes = self.file(path::POLICY)?;
        let policy = match Policy::parse(bytes) {
            Ok(policy) => policy,
            Err(error) => {
                self.fail(Code::PolicyMalformed, at_file(path::POLICY), error);
                return None;
            }
        };
        let found = policy.fingerprint();
        self.fingerprint = Some(found);
        if let Some(expected) = self.options.policy.filter(|pinned| *pinned != found) {
            let detail = alloc::format!("expected the policy {expected}, found {found}");
            self.fail(Code::PolicyPin, at_file(path::POLICY), detail);
        }
        match policy.quorum() {
            Quorum::None => {
                let detail = "expected a quorum of witnesses, found none";
                self.fail(Code::PolicyQuorum, at_file(path::POLICY), detail);
                None
            }
            Quorum::Name(_) => {
                self.count("policy", 1);
                Some(policy)
            }
        }
    }
}
