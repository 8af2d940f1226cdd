//! Tiles and entry bundles (c2sp.org/tlog-tiles; log 8): how a log is laid out as files that never change.
//!
//! A tile of level L holds up to 256 nodes of tree level 8 L; a bundle holds up to 256 entries. Not here: writing
//! files (`ximu-journal`). Reading does not authenticate: what is built from tiles is checked against a root.

use crate::{
    merkle::{HashReader, Node, SIZE_MAX, root_of},
    text::decimal,
};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::{cell::RefCell, fmt, str::FromStr};
use ximu_basics::Hash;

/// Tree levels in a tile.
pub const TILE_HEIGHT: u8 = 8;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// The highest tile level: tree level 56 of at most 63.
pub const TILE_LEVEL_MAX: u8 = 7;

/// How many tiles a [`TileReader`] remembers: more than one proof touches.
const TILES_REMEMBERED_MAX: usize = 64;

/// One hash tile, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

/// One entry bundle, full or partial: the entries under a tile of level 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    index: u64,
    width: u16,
}

/// What a path below a log's prefix names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// `tile/<L>/<N>[.p/<W>]`
    Tile(Tile),
    /// `tile/entries/<N>[.p/<W>]`
    Bundle(Bundle),
}

/// A tile or a path to one is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The path names no tile.
    #[error("expected tile/<level or entries>/<index>[.p/<width>], found {found:?}")]
    Path {
        /// The start of the path.
        found: String,
    },
    /// Level, index or width out of range.
    #[error(
        "expected a level to 7, a width from 1 to 256 and an index within 2^63 leaves, found {level}, {width}, {index}"
    )]
    Range {
        /// The level.
        level: u8,
        /// The index.
        index: u64,
        /// The width.
        width: u16,
    },
    /// The bytes are not as many hashes as the tile is wide.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// 32 times the width.
        expected: usize,
        /// The bytes found.
        found: usize,
    },
}

impl Tile {
    /// A tile of `width` hashes (1 to 256) at this tile level and index.
    ///
    /// # Errors
    /// [`TileError::Range`].
    pub fn new(level: u8, index: u64, width: u16) -> Result<Tile, TileError> {
        let range = TileError::Range { level, index, width };
        let first = index.checked_mul(u64::from(TILE_WIDTH));
        let last = first.and_then(|first| first.checked_add(u64::from(width).checked_sub(1)?));
        let end = last.and_then(|index| Node { level: level.checked_mul(TILE_HEIGHT)?, index }.end());
        let fits = level <= TILE_LEVEL_MAX && width <= TILE_WIDTH && end.is_some();
        if fits { Ok(Tile { level, index, width }) } else { Err(range) }
    }

    /// The tile that holds a node in a tree of this size, as wide as it is then, with the place of the node's
    /// leftmost hash in it; `None` when the tree is too small to hold the node.
    #[must_use]
    pub fn of_node(node: Node, size: u64) -> Option<(Tile, usize)> {
        node.end().filter(|end| *end <= size)?;
        let (level, height) = (node.level / TILE_HEIGHT, node.level % TILE_HEIGHT);
        let first = node.index << height;
        let (index, start) = (first >> TILE_HEIGHT, first & u64::from(TILE_WIDTH - 1));
        let hashes = size >> (u32::from(level) * u32::from(TILE_HEIGHT));
        let width = hashes.saturating_sub(index << TILE_HEIGHT).min(u64::from(TILE_WIDTH)) as u16;
        Some((Tile { level, index, width }, start as usize))
    }

    /// The tile level: its hashes stand at tree level 8 times this.
    #[must_use]
    pub fn level(self) -> u8 {
        self.level
    }

    /// The position among the tiles of its level.
    #[must_use]
    pub fn index(self) -> u64 {
        self.index
    }

    /// The number of hashes, 1 to 256.
    #[must_use]
    pub fn width(self) -> u16 {
        self.width
    }

    /// Whether the tile is full and so never replaced.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The nodes whose hashes the tile holds, from the left.
    pub fn nodes(self) -> impl Iterator<Item = Node> {
        let first = self.index << TILE_HEIGHT;
        let level = self.level * TILE_HEIGHT;
        (0..u64::from(self.width)).map(move |offset| Node { level, index: first + offset })
    }

    /// The tile's bytes: its hashes, one after another.
    ///
    /// # Errors
    /// The reader's.
    pub fn encode<R: HashReader>(self, reader: &R) -> Result<Vec<u8>, R::Error> {
        let mut bytes = Vec::with_capacity(32 * usize::from(self.width));
        for node in self.nodes() {
            bytes.extend_from_slice(&reader.read(node)?.0);
        }
        Ok(bytes)
    }

    /// Reads the tile's bytes.
    ///
    /// # Errors
    /// [`TileError::Length`].
    pub fn decode(self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let expected = 32 * usize::from(self.width);
        if bytes.len() != expected {
            return Err(TileError::Length { expected, found: bytes.len() });
        }
        Ok(bytes.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok().map(Hash)).collect())
    }
}

impl Bundle {
    /// A bundle of `width` entries (1 to 256) at this index.
    ///
    /// # Errors
    /// [`TileError::Range`].
    pub fn new(index: u64, width: u16) -> Result<Bundle, TileError> {
        Tile::new(0, index, width).map(|_| Bundle { index, width })
    }

    /// The position among the bundles.
    #[must_use]
    pub fn index(self) -> u64 {
        self.index
    }

    /// The number of entries, 1 to 256.
    #[must_use]
    pub fn width(self) -> u16 {
        self.width
    }

    /// The index of the first entry.
    #[must_use]
    pub fn first(self) -> u64 {
        self.index << TILE_HEIGHT
    }
}

/// The tiles that are new or wider when the tree grows from `old` to `new` leaves, by level, then from the left:
/// every completed full tile, and of partial tiles only those of size `new`. Empty when the tree does not grow.
#[must_use]
pub fn tiles_touched(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..=TILE_LEVEL_MAX {
        let shift = u32::from(level) * u32::from(TILE_HEIGHT);
        let (before, after) = (old >> shift, new >> shift);
        if before >= after {
            break;
        }
        for index in before >> TILE_HEIGHT..=(after - 1) >> TILE_HEIGHT {
            let width = (after - (index << TILE_HEIGHT)).min(u64::from(TILE_WIDTH)) as u16;
            tiles.push(Tile { level, index, width });
        }
    }
    tiles
}

/// The entry bundles that are new or wider when the tree grows from `old` to `new` leaves.
#[must_use]
pub fn bundles_touched(old: u64, new: u64) -> Vec<Bundle> {
    let leaves = tiles_touched(old, new).into_iter().take_while(|tile| tile.level == 0);
    leaves.map(|tile| Bundle { index: tile.index, width: tile.width }).collect()
}

impl fmt::Display for Tile {
    /// The path below the log's prefix: `tile/<L>/<N>[.p/<W>]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "tile/{}/", self.level)?;
        write_index(formatter, self.index, self.width)
    }
}

impl fmt::Display for Bundle {
    /// The path below the log's prefix: `tile/entries/<N>[.p/<W>]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tile/entries/")?;
        write_index(formatter, self.index, self.width)
    }
}

impl FromStr for Resource {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Resource, TileError> {
        parse_path(path).ok_or_else(|| TileError::Path { found: crate::text::quote(path) })
    }
}

fn write_index(formatter: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    formatter.write_str(&text)?;
    if width == TILE_WIDTH { Ok(()) } else { write!(formatter, ".p/{width}") }
}

fn parse_path(path: &str) -> Option<Resource> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = match rest.split_once(".p/") {
        None => (rest, TILE_WIDTH),
        Some((index, width)) => (index, decimal(width, u64::from(TILE_WIDTH) - 1)? as u16),
    };
    let mut elements = index.split('/').rev();
    let mut number = digits(elements.next()?)?;
    let mut scale: u64 = 1;
    for element in elements {
        scale = scale.checked_mul(1000)?;
        number = digits(element.strip_prefix('x')?)?.checked_mul(scale)?.checked_add(number)?;
    }
    // The first of several elements is never x000: each index has one path.
    if number < scale && scale > 1 {
        return None;
    }
    match kind {
        "entries" => Bundle::new(number, width).ok().map(Resource::Bundle),
        level => Tile::new(decimal(level, 63)? as u8, number, width).ok().map(Resource::Tile),
    }
}

fn digits(element: &str) -> Option<u64> {
    let three = element.len() == 3 && element.bytes().all(|byte| byte.is_ascii_digit());
    if three { element.parse().ok() } else { None }
}

/// A node could not be read from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileReadError<Failure> {
    /// The node lies outside the tree.
    #[error("expected a node within {size} leaves, found level {level} index {index}", level = node.level, index = node.index)]
    Outside {
        /// The node asked for.
        node: Node,
        /// The tree size.
        size: u64,
    },
    /// The tile's bytes are not a tile.
    #[error(transparent)]
    Malformed(TileError),
    /// The tile could not be fetched.
    #[error("a tile could not be fetched: {0}")]
    Fetch(Failure),
}

/// Reads the nodes of a tree of known size from its tiles.
///
/// The fetch function gets each tile as wide as it is at that size. A caller that finds a partial tile replaced by
/// a wider one cuts the wider one to the width asked for.
pub struct TileReader<Fetch> {
    size: u64,
    fetch: Fetch,
    remembered: RefCell<BTreeMap<Tile, Vec<Hash>>>,
}

impl<Fetch, Failure> TileReader<Fetch>
where
    Fetch: Fn(Tile) -> Result<Vec<u8>, Failure>,
{
    /// A reader of the tree with `size` leaves (at most [`SIZE_MAX`]) whose tiles `fetch` gets.
    #[must_use]
    pub fn new(size: u64, fetch: Fetch) -> TileReader<Fetch> {
        TileReader { size: size.min(SIZE_MAX), fetch, remembered: RefCell::new(BTreeMap::new()) }
    }
}

impl<Fetch, Failure> HashReader for TileReader<Fetch>
where
    Fetch: Fn(Tile) -> Result<Vec<u8>, Failure>,
{
    type Error = TileReadError<Failure>;

    fn read(&self, node: Node) -> Result<Hash, TileReadError<Failure>> {
        let outside = TileReadError::Outside { node, size: self.size };
        let Some((tile, start)) = Tile::of_node(node, self.size) else { return Err(outside) };
        let count = 1 << (node.level % TILE_HEIGHT);
        let cut = |hashes: &Vec<Hash>| hashes.get(start..start + count).map(root_of);
        if let Some(hash) = self.remembered.borrow().get(&tile).and_then(cut) {
            return Ok(hash);
        }
        let bytes = (self.fetch)(tile).map_err(TileReadError::Fetch)?;
        let hashes = tile.decode(&bytes).map_err(TileReadError::Malformed)?;
        let hash = cut(&hashes).ok_or(outside);
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() >= TILES_REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(tile, hashes);
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        merkle::{leaf_hash, prove_consistency, prove_inclusion, root_at},
        tree::Tree,
    };
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn tree_of(size: u64) -> Tree {
        (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
    }

    #[test]
    fn the_tree_of_seventy_thousand_has_the_tiles_of_the_specification() {
        let tiles = tiles_touched(0, 70_000);
        let count = |level: u8, full: bool| {
            tiles.iter().filter(|tile| tile.level == level && tile.is_full() == full).count()
        };
        assert_eq!((count(0, true), count(0, false)), (273, 1));
        assert_eq!((count(1, true), count(1, false)), (1, 1));
        assert_eq!((count(2, true), count(2, false)), (0, 1));
        let widths: Vec<u16> = tiles.iter().filter(|tile| !tile.is_full()).map(|tile| tile.width).collect();
        assert_eq!(widths, [112, 17, 1]);
        assert_eq!(
            tiles_touched(0, 256).iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["tile/0/000", "tile/1/000.p/1"]
        );
    }

    #[test]
    fn paths_are_those_of_the_specification_and_have_one_spelling() {
        let tile = |level, index, width| Tile::new(level, index, width).unwrap().to_string();
        assert_eq!(tile(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile(7, 0, 1), "tile/7/000.p/1");
        assert_eq!(tile(1, 1000, 255), "tile/1/x001/000.p/255");
        assert_eq!(Bundle::new(7, 3).unwrap().to_string(), "tile/entries/007.p/3");
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/00/000",
            "tile/64/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/data/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001/x000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000.p/1/",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/entries/../000",
        ] {
            assert!(bad.parse::<Resource>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn tiles_outside_any_tree_are_refused() {
        for (level, index, width) in
            [(0, 0, 0), (0, 0, 257), (8, 0, 1), (0, 1 << 55, 1), (7, 127, 256), (0, u64::MAX, 1)]
        {
            assert!(Tile::new(level, index, width).is_err(), "{level} {index} {width}");
        }
        assert!(Tile::new(0, (1 << 55) - 1, 255).is_ok());
    }

    #[test]
    fn growing_step_by_step_writes_what_growing_at_once_writes() {
        let mut last = BTreeMap::new();
        for size in 0..1100 {
            for tile in tiles_touched(size, size + 1) {
                last.insert((tile.level, tile.index), tile.width);
            }
        }
        let once: BTreeMap<_, _> =
            tiles_touched(0, 1100).into_iter().map(|tile| ((tile.level, tile.index), tile.width)).collect();
        assert_eq!(last, once);
        assert!(tiles_touched(5, 5).is_empty() && tiles_touched(9, 5).is_empty());
        assert_eq!(
            bundles_touched(250, 515).iter().map(|bundle| (bundle.index, bundle.width)).collect::<Vec<_>>(),
            [(0, 256), (1, 256), (2, 3)]
        );
    }

    #[test]
    fn roots_and_proofs_read_from_tiles_are_those_of_the_tree() {
        let tree = tree_of(66_000);
        for size in [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000] {
            let reader = TileReader::new(size, |tile: Tile| tile.encode(&tree));
            assert_eq!(root_at(size, &reader).ok(), tree.root_at(size), "{size}");
            for index in [0, size / 2, size - 1] {
                let proof = prove_inclusion(index, size, &reader).unwrap();
                assert_eq!(proof, prove_inclusion(index, size, &tree).unwrap());
                let proof = prove_consistency(index + 1, size, &reader).unwrap();
                assert_eq!(proof, prove_consistency(index + 1, size, &tree).unwrap());
            }
        }
    }

    #[test]
    fn a_short_tile_and_a_node_outside_are_errors() {
        let reader = TileReader::new(300, |_: Tile| Ok::<_, ()>(alloc::vec![0; 31]));
        assert!(matches!(reader.read(Node { level: 0, index: 0 }), Err(TileReadError::Malformed(_))));
        assert!(matches!(reader.read(Node { level: 0, index: 300 }), Err(TileReadError::Outside { .. })));
        assert!(matches!(reader.read(Node { level: 9, index: 0 }), Err(TileReadError::Outside { .. })));
        let failing = TileReader::new(300, |_: Tile| Err::<Vec<u8>, _>("gone"));
        assert_eq!(failing.read(Node { level: 0, index: 0 }), Err(TileReadError::Fetch("gone")));
    }

    proptest! {
        #[test]
        fn every_path_reads_back(level in 0u8..=7, index in 0u64..(1 << 55), width in 1u16..=256) {
            if let Ok(tile) = Tile::new(level, index >> (8 * u32::from(level)), width) {
                prop_assert_eq!(tile.to_string().parse(), Ok(Resource::Tile(tile)));
                let bundle = Bundle::new(index, width).unwrap();
                prop_assert_eq!(bundle.to_string().parse(), Ok(Resource::Bundle(bundle)));
            }
        }
    }
}
