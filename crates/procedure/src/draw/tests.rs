//! The draw is fair, and the tests that say so can fail.

use super::*;
use alloc::{format, vec};

/// Draws of each kind.
const DRAWS: u32 = 10_000;

fn seed_of(number: u32) -> Hash {
    Hash::of(format!("seed {number}").as_bytes())
}

fn leaves(count: u32) -> Vec<Hash> {
    (0..count).map(|number| Hash::of(format!("leaf {number}").as_bytes())).collect()
}

/// The chi-square statistic of counts that should be equal, times 1000.
fn chi_square(counts: &[u64]) -> u64 {
    let total: u64 = counts.iter().sum();
    let cells = counts.len() as u64;
    // Sum of (count - total/cells)^2 / (total/cells), with everything times `cells` so that it stays whole.
    let squares: u64 = counts.iter().map(|count| (count * cells).abs_diff(total).pow(2)).sum();
    squares * 1000 / (total * cells)
}

/// The statistic that a fair generator exceeds about once in 100,000 runs, times 1000, for these degrees of freedom.
fn limit(degrees: usize) -> u64 {
    [(1, 19_511), (4, 28_473), (9, 39_341), (29, 73_900)]
        .into_iter()
        .find_map(|(known, limit)| (known == degrees).then_some(limit))
        .unwrap()
}

/// Whether `pick(number, n)` chooses each of n things equally often over [`DRAWS`] draws.
fn is_fair(n: u32, mut pick: impl FnMut(u32, u32) -> u32) -> bool {
    let mut counts = vec![0; n as usize];
    for number in 0..DRAWS {
        counts[pick(number, n) as usize] += 1;
    }
    chi_square(&counts) < limit(n as usize - 1)
}

#[test]
fn ten_thousand_draws_of_an_index_are_uniform() {
    for n in [2, 5, 10, 30] {
        assert!(is_fair(n, |number, n| coefficient(seed_of(number), "k", n)), "{n}");
        let mut stream = Stream::new(seed_of(0), "one stream");
        assert!(is_fair(n, |_, n| stream.below(n)), "{n} out of one stream");
    }
}

#[test]
fn a_generator_that_never_takes_the_last_is_found_out() {
    // As a public platform does it: of n names a number below n - 1, so of two names the first always wins.
    let next_int = |number: u32, n: u32| Stream::new(seed_of(number), "k").below(n - 1);
    assert!((0..DRAWS).all(|number| next_int(number, 2) == 0));
    for n in [2, 5, 10, 30] {
        assert!(!is_fair(n, next_int), "{n}");
    }
    // So is a shift of one draw in twenty, far smaller than the eye sees.
    let shifted = |number: u32, n: u32| match number % 20 {
        0 => 0,
        _ => coefficient(seed_of(number), "k", n),
    };
    assert!(!is_fair(10, shifted));
}

#[test]
fn every_place_of_ten_thousand_orders_is_uniform_and_every_pair_too() {
    let pool = leaves(10);
    let sorted = order(seed_of(0), "technical", &pool, &[], 0);
    assert!(sorted.is_empty());
    let mut ascending = pool.clone();
    ascending.sort_unstable();
    let place = |leaf: &Hash| ascending.iter().position(|other| other == leaf).unwrap() as u32;
    for seat in 0..5 {
        let pick = |number: u32, _| place(&order(seed_of(number), "technical", &pool, &[], 5)[seat]);
        assert!(is_fair(10, pick), "seat {seat}");
    }
    let five = leaves(5);
    let mut counts = vec![0; 10];
    for number in 0..DRAWS {
        let drawn = order(seed_of(number), "economic", &five, &[], 2);
        let [a, b] = [0, 1].map(|at| five.iter().position(|leaf| *leaf == drawn[at]).unwrap());
        let (low, high) = (a.min(b), a.max(b));
        counts[low * (9 - low) / 2 + high - low - 1] += 1;
    }
    assert!(chi_square(&counts) < limit(9), "{counts:?}");
}

#[test]
fn in_ten_thousand_draws_no_recused_leaf_is_drawn_and_none_twice() {
    let pool = leaves(30);
    for number in 0..DRAWS {
        let recused: Vec<Hash> = pool.iter().copied().skip(number as usize % 17).step_by(3).collect();
        let mut drawn = order(seed_of(number), "technical", &pool, &recused, 30);
        assert_eq!(drawn.len(), pool.len() - recused.len());
        assert!(drawn.iter().all(|leaf| !recused.contains(leaf)), "draw {number}");
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), pool.len() - recused.len(), "draw {number}");
    }
}

#[test]
fn the_order_of_the_pool_as_it_came_changes_nothing_and_a_trimmed_pool_does() {
    let mut pool = leaves(20);
    let drawn = order(seed_of(1), "technical", &pool, &pool[3..5], 20);
    let recused = [pool[4], pool[3]];
    pool.reverse();
    pool.swap(2, 9);
    pool.push(pool[7]);
    assert_eq!(order(seed_of(1), "technical", &pool, &recused, 20), drawn);
    assert_ne!(order(seed_of(1), "technical", &pool[1..19], &recused, 20)[..5], drawn[..5]);
    assert_ne!(order(seed_of(1), "economic", &pool, &recused, 20)[..5], drawn[..5]);
}

#[test]
fn alternates_are_the_same_permutation_going_on() {
    let pool = leaves(20);
    let all = order(seed_of(2), "technical", &pool, &[], 20);
    for take in 0..20 {
        assert_eq!(order(seed_of(2), "technical", &pool, &[], take), all[..take], "{take}");
    }
}

#[test]
fn every_part_of_the_subject_and_the_list_changes_the_seed() {
    let genesis = Hash::of(b"genesis");
    let subject = Subject { genesis, set: "experts-1", pool: Hash::of(b"pool") };
    let [a, b] = [b"a", b"b"].map(|bytes| Contribution {
        author: if bytes == b"a" { "u-1" } else { "u-2" },
        envelope: Hash::of(bytes),
        content: Some(bytes),
    });
    let void = Contribution { content: None, ..b };
    let seeds = [
        seed(&subject, &[a, b]),
        seed(&subject, &[b, a]),
        seed(&subject, &[a]),
        seed(&subject, &[a, void]),
        seed(&subject, &[a, Contribution { author: "u-3", ..b }]),
        seed(&subject, &[a, Contribution { envelope: genesis, ..b }]),
        seed(&subject, &[a, Contribution { content: Some(b"c"), ..b }]),
        seed(&Subject { set: "experts-2", ..subject }, &[a, b]),
        seed(&Subject { pool: genesis, ..subject }, &[a, b]),
        seed(&Subject { genesis: subject.pool, ..subject }, &[a, b]),
    ];
    for (place, one) in seeds.iter().enumerate() {
        assert!(one.is_some() && !seeds[..place].contains(one), "{place}");
    }
    assert_eq!(seed(&subject, &[void]), None);
    assert_eq!(seed(&subject, &[]), None);
}
