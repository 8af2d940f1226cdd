//! The book of a pool of experts: whom each leaf stands for (draw 8.4). Its keeper makes it for one draw and shows it to nobody:
//! the log gets the leaves alone.

use crate::{
    fault::Fault,
    files::{self, Access},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};
use ximu_basics::{Hash, PoolId, Salt, StratumId, hex, json};
use ximu_procedure::{
    experts::{pool_leaf, pool_root},
    wire::{
        Command,
        command::{PoolStratum, Recusal, RecusalGround},
    },
};

/// One expert, as the keeper of the pool knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expert {
    /// The leaf that stands for it in the log.
    pub leaf: Hash,
    /// What the keeper knows it by.
    pub record: String,
    /// The ground on which it must not be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recused: Option<RecusalGround>,
    /// 32 bytes in hexadecimal, made for this draw and this expert.
    pub salt: String,
    /// Its stratum.
    pub stratum: StratumId,
}

/// Everybody who may be drawn once, and whom each leaf stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// The experts, in the order of the list they came from.
    pub experts: Vec<Expert>,
    /// The pool's id in the rules.
    pub pool: PoolId,
}

impl Expert {
    /// An expert with this salt, which MUST be fresh: an old one would let somebody recognise a leaf of another draw.
    pub fn new(stratum: StratumId, record: String, recused: Option<RecusalGround>, salt: &Salt) -> Expert {
        let leaf = pool_leaf(&salt.0, record.as_bytes());
        Expert { leaf, record, recused, salt: hex::encode(&salt.0), stratum }
    }
}

impl Book {
    /// Reads a book that was written before.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Book, Fault> {
        let text = files::read(path)?;
        Ok(json::from_canonical(text.strip_suffix(b"\n").unwrap_or(&text))?)
    }

    /// Writes it, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(
        &self,
        path: &Path,
        write: fn(&Path, &[u8], Access) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut bytes = json::to_canonical(self)?;
        bytes.push(b'\n');
        write(path, &bytes, Access::Secret)
    }

    /// The command that freezes the pool (draw 8.2): leaves and recusals, and of nobody who it is.
    pub fn freezing(&self) -> Command {
        let mut leaves: BTreeMap<&StratumId, Vec<Hash>> = BTreeMap::new();
        for expert in &self.experts {
            leaves.entry(&expert.stratum).or_default().push(expert.leaf);
        }
        let sorted = |(stratum, mut leaves): (&StratumId, Vec<Hash>)| {
            leaves.sort_unstable();
            PoolStratum { stratum: stratum.clone(), leaves }
        };
        let strata: Vec<PoolStratum> = leaves.into_iter().map(sorted).collect();
        let recusal = |expert: &Expert| Some(Recusal { leaf: expert.leaf, ground: expert.recused? });
        let mut recused: Vec<Recusal> = self.experts.iter().filter_map(recusal).collect();
        recused.sort_unstable_by_key(|recusal| recusal.leaf);
        Command::FreezePool { pool: self.pool.clone(), root: pool_root(&strata), strata, recused }
    }

    /// Whom a leaf stands for.
    pub fn expert(&self, leaf: &Hash) -> Option<&Expert> {
        self.experts.iter().find(|expert| expert.leaf == *leaf)
    }
}
