//! Small records with a salt: what the journal names by a hash that nobody can guess, and that can be erased.
//!
//! The journal holds [`Record::address`]. While the record is in the vault anyone who may read it can check the
//! hash; once it is erased the hash tells nothing, because the salt is gone.

use crate::Vault;
use crate::disk::{self, Unfinished};
use crate::error::VaultError;
use serde::{Deserialize, Serialize};
use std::io::Read as _;
use std::path::PathBuf;
use ximu_basics::json::{from_canonical, to_canonical};
use ximu_basics::{Hash, Salt};

/// The folder of records.
pub(crate) const FOLDER: &str = "records";
/// The longest record, in bytes of its canonical JSON: room for a name, an address, a short statement.
pub const RECORD_BYTES_MAX: usize = 65_536;

/// A text with a salt.
///
/// ```
/// use ximu_basics::{Hash, Salt};
/// let record = ximu_vault::Record { salt: Salt([0x0a; 32]), text: "长江建设".into() };
/// let json = format!(r#"{{"salt":"{}","text":"长江建设"}}"#, "0a".repeat(32));
/// assert_eq!(record.address().unwrap(), Hash::of(json.as_bytes()));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 32 random bytes, fresh for every record.
    pub salt: Salt,
    /// What is to be kept: a name, an identity number.
    pub text: String,
}

impl Record {
    /// The record's exact bytes.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] beyond [`RECORD_BYTES_MAX`].
    pub fn bytes(&self) -> Result<Vec<u8>, VaultError> {
        let bytes = to_canonical(self)?;
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(VaultError::TooLarge { max: RECORD_BYTES_MAX as u64 });
        }
        Ok(bytes)
    }

    /// What the journal holds: SHA-256 of the record's exact bytes.
    ///
    /// # Errors
    /// As [`Record::bytes`].
    pub fn address(&self) -> Result<Hash, VaultError> {
        Ok(Hash::of(&self.bytes()?))
    }
}

impl std::fmt::Debug for Record {
    /// Names do not belong in logs.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Record(..)")
    }
}

impl Vault {
    /// Stores a record. Durable on return; storing it again changes nothing.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Full`], [`VaultError::Io`].
    pub fn put_record(&self, record: &Record) -> Result<Hash, VaultError> {
        let bytes = record.bytes()?;
        let address = Hash::of(&bytes);
        let mut unfinished = Unfinished::create(self.unfinished_path())?;
        unfinished.write(&bytes)?;
        unfinished.keep(&self.record_path(&address))?;
        Ok(address)
    }

    /// Reads a record and checks it against its address; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::Io`].
    pub fn record(&self, address: &Hash) -> Result<Option<Record>, VaultError> {
        let Some(file) = disk::open(&self.record_path(address))? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = file.take(RECORD_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
        read.map_err(VaultError::disk("read a record"))?;
        let found = Hash::of(&bytes);
        if found != *address {
            return Err(VaultError::Damaged { address: *address, found });
        }
        Ok(Some(from_canonical(&bytes)?))
    }

    /// Removes a record. Durable on return; `false` when there was none.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn erase_record(&self, address: &Hash) -> Result<bool, VaultError> {
        disk::remove(&self.record_path(address))
    }

    fn record_path(&self, address: &Hash) -> PathBuf {
        self.0.directory.join(FOLDER).join(address.to_string())
    }
}
