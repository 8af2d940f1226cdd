//! Tables and properties of decimals.

use super::*;
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn a_number_has_one_spelling() {
    for good in ["0", "0.00", "-0.01", "1234567.00", "7", "-7.5", "0.000000000000000001"] {
        assert_eq!(decimal(good).to_string(), good);
    }
    for bad in [
        "",
        "-",
        ".",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "-0",
        "-0.00",
        "1e3",
        "1,000",
        " 1",
        "1 ",
        "١",
        "0.0000000000000000001",
        "1234567890123456789012345678901234567",
    ] {
        assert!(bad.parse::<Decimal>().is_err(), "{bad:?} must be refused");
    }
}

#[test]
fn each_rounding_does_what_its_name_says() {
    // numerator, half up, half even, down, up; all over 10 to no decimals
    let table = [
        ("24", "2", "2", "2", "3"),
        ("25", "3", "2", "2", "3"),
        ("26", "3", "3", "2", "3"),
        ("35", "4", "4", "3", "4"),
        ("30", "3", "3", "3", "3"),
        ("-24", "-2", "-2", "-2", "-3"),
        ("-25", "-3", "-2", "-2", "-3"),
        ("-26", "-3", "-3", "-2", "-3"),
        ("0", "0", "0", "0", "0"),
        ("-4", "0", "0", "0", "-1"),
    ];
    let ten = Decimal::whole(10);
    for (numerator, half_up, half_even, down, up) in table {
        let found = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]
            .map(|rounding| div(decimal(numerator), ten, 0, rounding).unwrap().to_string());
        assert_eq!(found, [half_up, half_even, down, up], "{numerator} / 10");
    }
}

#[test]
fn arithmetic_is_exact_or_fails() {
    assert_eq!(decimal("1.5").plus(decimal("2.25")), Ok(decimal("3.75")));
    assert_eq!(decimal("1.5").minus(decimal("2.25")), Ok(decimal("-0.75")));
    assert_eq!(decimal("1.5").times(decimal("-2.25")), Ok(decimal("-3.375")));
    let largest = Decimal::new(10_i128.pow(36) - 1, 0).unwrap();
    assert_eq!(largest.times(largest), Err(DecimalError::Overflow { operation: "multiplication" }));
    assert_eq!(
        div(largest, decimal("1"), 18, Rounding::Down).unwrap_err(),
        DecimalError::Overflow { operation: "division" }
    );
    assert_eq!(div(decimal("1"), decimal("0.00"), 2, Rounding::Up), Err(DecimalError::DivisionByZero));
    assert_eq!(div(decimal("1"), decimal("1"), 19, Rounding::Up), Err(DecimalError::Scale { found: 19 }));
    assert_eq!(Decimal::new(1, 19), Err(DecimalError::Scale { found: 19 }));
    assert!(Decimal::new(10_i128.pow(36), 0).is_err());
}

#[test]
fn comparison_sees_values_and_equality_sees_documents() {
    assert_ne!(decimal("1.0"), decimal("1.00"));
    assert_eq!(decimal("1.0").compare(decimal("1.00")), Ordering::Equal);
    assert_eq!(decimal("-0.01").compare(decimal("0")), Ordering::Less);
    assert_eq!(decimal("-1.5").compare(decimal("-1.25")), Ordering::Less);
    let largest = Decimal::new(10_i128.pow(36) - 1, 0).unwrap();
    assert_eq!(largest.compare(decimal("0.000000000000000001")), Ordering::Greater);
}

proptest! {
    #[test]
    fn text_and_number_agree(mantissa in -(10_i128.pow(36) - 1)..10_i128.pow(36), scale in 0..=SCALE_MAX) {
        let number = Decimal::new(mantissa, scale).unwrap();
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    /// The quotient q at scale s satisfies |n - q d| < d 10^-s, and half roundings stay within half of it.
    #[test]
    fn a_quotient_is_within_its_last_place(n in -10_i64.pow(15)..10_i64.pow(15), d in 1..10_i64.pow(12), s in 0..8_u8) {
        let (top, bottom) = (Decimal::new(n.into(), 2).unwrap(), Decimal::new(d.into(), 2).unwrap());
        let unit = i128::from(d);
        for (rounding, doubled_limit) in [
            (Rounding::HalfUp, unit), (Rounding::HalfEven, unit),
            (Rounding::Down, 2 * unit - 1), (Rounding::Up, 2 * unit - 1),
        ] {
            let quotient = div(top, bottom, s, rounding).unwrap();
            prop_assert_eq!(quotient.scale(), s);
            let error = i128::from(n) * 10_i128.pow(s.into()) - quotient.mantissa() * unit;
            prop_assert!(2 * error.abs() <= doubled_limit);
        }
    }
}
