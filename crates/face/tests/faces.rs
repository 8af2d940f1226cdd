//! Models that the test makes, loaded from files and run: what matches, what does not, and everything that is refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken case must stop the test at once"
)]

mod support;

use support::{SIDE, detector, flat, jpeg, keep, model, node, png, small};
use tempfile::TempDir;
use ximu_basics::Hash;
use ximu_face::{
    Channels, DetectorSettings, FaceError, InputSettings, Layout, Matcher, PICTURE_BYTES_MAX, PIXELS_MAX,
    Settings,
};

fn settings(input: InputSettings) -> Settings {
    Settings { input, threshold: "0.400".parse().unwrap(), detector: None }
}

fn open(bytes: &[u8]) -> (TempDir, Matcher) {
    let folder = TempDir::new().unwrap();
    let matcher = Matcher::open(&settings(keep(&folder, "face.onnx", bytes))).unwrap();
    (folder, matcher)
}

/// What a model says that opens with these settings.
fn refused(change: impl FnOnce(&mut Settings)) -> FaceError {
    let folder = TempDir::new().unwrap();
    let mut settings = settings(keep(&folder, "face.onnx", &small()));
    change(&mut settings);
    match Matcher::open(&settings) {
        Ok(_) => panic!("it opens"),
        Err(error) => error,
    }
}

fn face(x: usize, y: usize) -> [u8; 3] {
    [(x * 31 + y * 7) as u8, (x * 5 + y * 53) as u8, (x * y * 3) as u8]
}

#[test]
fn the_same_face_matches_its_negative_does_not_and_the_result_says_under_what() {
    let (_folder, matcher) = open(&small());
    let picture = png(SIDE, SIDE, face);
    let same = matcher.compare(&picture, &picture).unwrap();
    assert_eq!((same.similarity.to_string().as_str(), same.matched), ("1.000", true));
    assert_eq!((same.model, same.threshold.to_string().as_str()), (Hash::of(&small()), "0.400"));
    let negative = png(SIDE, SIDE, |x, y| face(x, y).map(|byte| 255 - byte));
    let other = matcher.compare(&picture, &negative).unwrap();
    assert_eq!((other.similarity.to_string().as_str(), other.matched), ("-1.000", false));
    assert!(same.holds() && other.holds());
}

#[test]
fn the_threshold_is_reached_by_the_number_itself() {
    let folder = TempDir::new().unwrap();
    let mut settings = settings(keep(&folder, "face.onnx", &flat(&[1, 3, SIDE, SIDE])));
    settings.input.mean = [0.0; 3];
    // Red and white: 1 / sqrt(3) = 0.57735.
    let (red, white) = (png(SIDE, SIDE, |_, _| [200, 0, 0]), png(SIDE, SIDE, |_, _| [200; 3]));
    for (threshold, expected) in [("0.577", true), ("0.578", false)] {
        settings.threshold = threshold.parse().unwrap();
        let told = Matcher::open(&settings).unwrap().compare(&red, &white).unwrap();
        assert_eq!((told.similarity.to_string().as_str(), told.matched), ("0.577", expected));
    }
}

#[test]
fn colours_and_axes_are_put_as_the_settings_say() {
    let folder = TempDir::new().unwrap();
    for (layout, input) in [(Layout::Nchw, [1, 3, SIDE, SIDE]), (Layout::Nhwc, [1, SIDE, SIDE, 3])] {
        // One number is looked at: the first colour of the pixel in the first row, second column.
        let place = if layout == Layout::Nchw { 1 } else { 3 };
        let mut weights = vec![0.0; 3 * SIDE * SIDE * 2];
        weights[place * 2] = 1.0;
        let mut bias = vec![0.0; 2];
        bias[1] = 1.0;
        let nodes =
            [node("Flatten", &["input"], "line", &[]), node("Gemm", &["line", "w", "b"], "told", &[])];
        let weights =
            [support::floats("w", &[3 * SIDE * SIDE, 2], &weights), support::floats("b", &[2], &bias)];
        let bytes = model(&input, &nodes, &weights, &[("told", &[1, 2])]);
        let blue = png(SIDE, SIDE, |x, y| if (x, y) == (1, 0) { [0, 0, 255] } else { [0; 3] });
        let black = png(SIDE, SIDE, |_, _| [0; 3]);
        for (channels, expected) in [(Channels::Rgb, "1.000"), (Channels::Bgr, "0.707")] {
            let mut settings = settings(keep(&folder, "face.onnx", &bytes));
            (settings.input.layout, settings.input.channels) = (layout, channels);
            (settings.input.mean, settings.input.scale) = ([0.0; 3], [1.0 / 255.0; 3]);
            let told = Matcher::open(&settings).unwrap().compare(&blue, &black).unwrap();
            assert_eq!(told.similarity.to_string(), expected, "{layout:?} {channels:?}");
        }
    }
}

#[test]
fn a_larger_picture_is_cut_from_the_middle_and_averaged_and_jpeg_is_read_too() {
    let (_folder, matcher) = open(&small());
    let picture = png(SIDE, SIDE, face);
    let (wide, high) = (SIDE * 4 + 40, SIDE * 4);
    let larger =
        png(wide, high, |x, y| if (20..20 + high).contains(&x) { face((x - 20) / 4, y / 4) } else { [9; 3] });
    assert_eq!(matcher.compare(&picture, &larger).unwrap().similarity.to_string(), "1.000");
    let values: Vec<u8> = (0..64).map(|place| (place * 4) as u8).collect();
    let grey = png(SIDE, SIDE, |x, y| [values[y * 8 + x]; 3]);
    let told = matcher.compare(&grey, &jpeg(8, &values)).unwrap();
    assert!(told.similarity.mantissa() >= 999, "{}", told.similarity);
}

#[test]
fn a_detector_finds_the_one_face_and_says_when_there_is_none_or_several() {
    let folder = TempDir::new().unwrap();
    let left = [0.0, 0.0, 0.5, 1.0];
    let picture = |rest: u8| {
        png(SIDE * 2, SIDE, |x, y| if x < SIDE { face(x, y) } else { [rest.wrapping_mul(x as u8), rest, 3] })
    };
    let compare = |scores: &[f32], boxes: &[[f32; 4]]| {
        let mut settings = settings(keep(&folder, "face.onnx", &small()));
        let input = keep(&folder, "find.onnx", &detector(scores, boxes));
        settings.detector = Some(DetectorSettings { input, score: 0.7 });
        Matcher::open(&settings).unwrap().compare(&picture(17), &picture(201))
    };
    let one = compare(&[0.9, 0.1], &[left, [0.5, 0.0, 1.0, 1.0]]).unwrap();
    assert_eq!(one.similarity.to_string(), "1.000", "what is beside the face does not count");
    // Two boxes around one face are one face.
    assert!(compare(&[0.9, 0.8], &[left, [0.0, 0.0, 0.45, 1.0]]).is_ok());
    let count = |told: Result<_, FaceError>| {
        let error = told.unwrap_err();
        let FaceError::Faces { found, .. } = error else { panic!("{error}") };
        found
    };
    assert_eq!(count(compare(&[0.9, 0.8], &[left, [0.5, 0.0, 1.0, 1.0]])), "several");
    assert_eq!(count(compare(&[0.6, 0.1], &[left, left])), "none");
    assert_eq!(count(compare(&[0.9], &[[0.4, 0.4, 0.4, 0.4]])), "none");
    assert_eq!(count(compare(&[f32::NAN, 0.9], &[left, [f32::INFINITY, 0.0, 1.0, 1.0]])), "none");
}

#[test]
fn a_model_is_the_pinned_one_of_the_form_and_takes_what_the_settings_say() {
    let pinned = refused(|settings| settings.input.hash = Hash::of(b"another"));
    let said = pinned.to_string();
    assert!(
        said.contains(&Hash::of(b"another").to_string()) && said.contains(&Hash::of(&small()).to_string()),
        "{said}"
    );
    assert_eq!(pinned.code(), "face-model-hash");
    assert_eq!(refused(|settings| settings.input.path.push("nothing")).code(), "face-model-file");
    for change in [(|settings: &mut Settings| settings.input.width = 9) as fn(&mut Settings), |settings| {
        settings.input.layout = Layout::Nhwc
    }] {
        let error = refused(change);
        assert_eq!(error.code(), "face-model-shape", "{error}");
        assert!(error.to_string().contains("found [1, 3, 8, 8]"), "{error}");
    }
    for change in [
        (|settings: &mut Settings| settings.threshold = "0.4".parse().unwrap()) as fn(&mut Settings),
        |settings| settings.threshold = "0.000".parse().unwrap(),
        |settings| settings.input.width = 0,
        |settings| settings.input.height = 5_000,
        |settings| settings.input.scale = [1.0, 0.0, 1.0],
        |settings| settings.input.mean = [f32::NAN, 0.0, 0.0],
    ] {
        assert_eq!(refused(change).code(), "face-settings");
    }
}

#[test]
fn a_hostile_file_is_refused_and_never_more_than_that() {
    let whole = small();
    let mut cases: Vec<(String, Vec<u8>)> = (0..whole.len() - 80)
        .step_by(13)
        .map(|length| (format!("cut to {length}"), whole[..length].to_vec()))
        .collect();
    cases.push(("words".into(), b"not a model at all".to_vec()));
    // An operator that no network for faces has.
    let looped =
        model(&[1, 3, SIDE, SIDE], &[node("Loop", &["input"], "told", &[])], &[], &[("told", &[1, 2])]);
    cases.push(("a loop".into(), looped));
    // A length that is not there.
    cases.push(("a length".into(), vec![0x08, 0x08, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]));
    let folder = TempDir::new().unwrap();
    let picture = png(SIDE, SIDE, face);
    for (what, bytes) in cases {
        // Pinned as it is: what stops it is not the hash.
        let opened = Matcher::open(&settings(keep(&folder, "face.onnx", &bytes)));
        let told = opened.and_then(|matcher| matcher.compare(&picture, &picture));
        let code = told.map(|_| "a result").map_err(|error| error.code());
        assert!(matches!(code, Err("face-model-malformed" | "face-model-shape")), "{what}: {code:?}");
    }
}

#[test]
fn a_model_that_gives_nothing_to_compare_is_said_so() {
    let folder = TempDir::new().unwrap();
    let picture = png(SIDE, SIDE, face);
    let told = |bytes: &[u8]| {
        let matcher = Matcher::open(&settings(keep(&folder, "face.onnx", bytes))).unwrap();
        matcher.compare(&picture, &picture).unwrap_err().code()
    };
    let shape = [1, 3, SIDE, SIDE];
    let same = model(&shape, &[node("Relu", &["input"], "told", &[])], &[], &[("told", &shape)]);
    assert_eq!(told(&same), "face-model-shape", "a picture is no embedding");
    let full = |value: f32| {
        let weights = support::floats("w", &[3 * SIDE * SIDE, 4], &[value; 12 * SIDE * SIDE]);
        let nodes = [node("Flatten", &["input"], "line", &[]), node("Gemm", &["line", "w"], "told", &[])];
        model(&shape, &nodes, &[weights], &[("told", &[1, 4])])
    };
    assert_eq!(told(&full(0.0)), "face-embedding");
    assert_eq!(told(&full(f32::NAN)), "face-embedding");
}

#[test]
fn a_picture_is_whole_and_of_a_size() {
    let (folder, matcher) = open(&small());
    let picture = png(SIDE, SIDE, face);
    let code = |bytes: &[u8]| matcher.compare(&picture, bytes).unwrap_err().code();
    assert_eq!(code(b"GIF89a"), "face-picture-malformed");
    assert_eq!(code(b""), "face-picture-malformed");
    for length in (8..picture.len()).step_by(7) {
        assert_eq!(code(&picture[..length]), "face-picture-malformed", "PNG cut to {length}");
    }
    let grey = jpeg(2, &[1, 200, 30, 90]);
    for length in (2..150).step_by(11) {
        assert_eq!(code(&grey[..length]), "face-picture-malformed", "JPEG cut to {length}");
    }
    assert_eq!(code(&png(SIDE - 1, SIDE, face)), "face-picture-size");
    // A head that promises more pixels than memory: nothing is made for it.
    let mut huge = picture.clone();
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    let error = matcher.compare(&picture, &huge).unwrap_err();
    assert_eq!(error.code(), "face-picture-size", "{error}");
    assert!(
        error.to_string().contains(&PIXELS_MAX.to_string()) && error.to_string().contains("65536 by 65536")
    );
    let mut huge = grey.clone();
    huge[76..80].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(code(&huge), "face-picture-size");
    assert_eq!(code(&vec![0; PICTURE_BYTES_MAX as usize + 1]), "face-picture-file");
    let missing = matcher.compare_files(&folder.path().join("none.png"), &folder.path().join("none.png"));
    assert_eq!(missing.unwrap_err().code(), "face-picture-file");
}

#[test]
fn nothing_but_the_result_is_left_behind() {
    let (folder, matcher) = open(&small());
    let paths = ["document.png", "seat.png"].map(|name| folder.path().join(name));
    paths.iter().for_each(|path| std::fs::write(path, png(SIDE, SIDE, face)).unwrap());
    let list = || {
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = list();
    let [document, seat] = &paths;
    assert!(matcher.compare_files(document, seat).unwrap().matched);
    assert_eq!(list(), before);
}

/// CRC-32 of PNG.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}
