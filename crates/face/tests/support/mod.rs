//! Small models and pictures, written byte by byte.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "each test takes its part; a broken case stops at once"
)]

use std::path::PathBuf;

use ximu_basics::Hash;
use ximu_face::{Channels, InputSettings, Layout};

/// Side of every model's input, in pixels.
pub const SIDE: usize = 8;

/// Writes the members of a protocol buffer.
#[derive(Default, Clone)]
pub struct Message(pub Vec<u8>);

impl Message {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub fn int(mut self, field: u64, value: u64) -> Message {
        self.number(field << 3);
        self.number(value);
        self
    }

    pub fn bytes(mut self, field: u64, value: &[u8]) -> Message {
        self.number(field << 3 | 2);
        self.number(value.len() as u64);
        self.0.extend(value);
        self
    }

    pub fn text(self, field: u64, value: &str) -> Message {
        self.bytes(field, value.as_bytes())
    }

    pub fn message(self, field: u64, value: &Message) -> Message {
        self.bytes(field, &value.0)
    }
}

/// An operator with its attributes.
pub fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Message]) -> Message {
    let node = inputs.iter().fold(Message::default(), |node, input| node.text(1, input));
    let node = node.text(2, output).text(3, &format!("{operator} {output}")).text(4, operator);
    attributes.iter().fold(node, |node, attribute| node.message(5, attribute))
}

/// An attribute of integers.
pub fn ints(name: &str, values: &[u64]) -> Message {
    let attribute = Message::default().text(1, name).int(20, 7);
    values.iter().fold(attribute, |attribute, value| attribute.int(8, *value))
}

/// Weights.
pub fn floats(name: &str, dims: &[usize], values: &[f32]) -> Message {
    assert_eq!(dims.iter().product::<usize>(), values.len());
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let tensor = dims.iter().fold(Message::default(), |tensor, dim| tensor.int(1, *dim as u64));
    tensor.int(2, 1).text(8, name).bytes(9, &raw)
}

/// A constant shape.
pub fn shape(name: &str, values: &[u64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Message::default().int(1, values.len() as u64).int(2, 7).text(8, name).bytes(9, &raw)
}

fn value(name: &str, dims: &[usize]) -> Message {
    let dims = dims
        .iter()
        .fold(Message::default(), |shape, dim| shape.message(1, &Message::default().int(1, *dim as u64)));
    let tensor = Message::default().int(1, 1).message(2, &dims);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

/// A model with the input `input` of this shape and these outputs.
pub fn model(
    input: &[usize],
    nodes: &[Message],
    weights: &[Message],
    outputs: &[(&str, &[usize])],
) -> Vec<u8> {
    let graph = nodes.iter().fold(Message::default(), |graph, node| graph.message(1, node)).text(2, "g");
    let graph = weights.iter().fold(graph, |graph, weight| graph.message(5, weight));
    let graph = graph.message(11, &value("input", input));
    let graph = outputs.iter().fold(graph, |graph, (name, dims)| graph.message(12, &value(name, dims)));
    let opset = Message::default().text(1, "").int(2, 13);
    Message::default().int(1, 8).message(7, &graph).message(8, &opset).0
}

/// The colours themselves as the embedding.
pub fn flat(input: &[usize]) -> Vec<u8> {
    let length = input.iter().product();
    model(input, &[node("Flatten", &["input"], "told", &[])], &[], &[("told", &[1, length])])
}

/// A convolution, then a full layer: [1, 8], linear and without a bias, so that the negative gives the opposite.
pub fn small() -> Vec<u8> {
    let pattern = |count: usize| -> Vec<f32> {
        (0..count).map(|place| ((place * 37 + 11) % 19) as f32 / 19.0 - 0.5).collect()
    };
    let nodes = [
        node(
            "Conv",
            &["input", "kernel"],
            "seen",
            &[ints("strides", &[4, 4]), ints("kernel_shape", &[4, 4])],
        ),
        node("Flatten", &["seen"], "line", &[]),
        node("Gemm", &["line", "full"], "told", &[]),
    ];
    let weights = [floats("kernel", &[4, 3, 4, 4], &pattern(192)), floats("full", &[16, 8], &pattern(128))];
    model(&[1, 3, SIDE, SIDE], &nodes, &weights, &[("told", &[1, 8])])
}

/// A detector that says the same of every picture.
pub fn detector(scores: &[f32], boxes: &[[f32; 4]]) -> Vec<u8> {
    let (count, edges) = (scores.len(), boxes.concat());
    let zeros = |columns: usize| vec![0.0; 3 * SIDE * SIDE * columns];
    let nodes = [
        node("Flatten", &["input"], "line", &[]),
        node("Gemm", &["line", "w1", "b1"], "s", &[]),
        node("Reshape", &["s", "d1"], "scores", &[]),
        node("Gemm", &["line", "w2", "b2"], "b", &[]),
        node("Reshape", &["b", "d2"], "boxes", &[]),
    ];
    let rows = 3 * SIDE * SIDE;
    let weights = [
        floats("w1", &[rows, count], &zeros(count)),
        floats("b1", &[count], scores),
        shape("d1", &[1, count as u64, 1]),
        floats("w2", &[rows, 4 * count], &zeros(4 * count)),
        floats("b2", &[4 * count], &edges),
        shape("d2", &[1, count as u64, 4]),
    ];
    let outputs: [(&str, &[usize]); 2] = [("scores", &[1, count, 1]), ("boxes", &[1, count, 4])];
    model(&[1, 3, SIDE, SIDE], &nodes, &weights, &outputs)
}

/// A file in a folder, and the settings with its hash.
pub fn keep(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> InputSettings {
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    InputSettings {
        path,
        hash: Hash::of(bytes),
        width: SIDE as u32,
        height: SIDE as u32,
        layout: Layout::Nchw,
        channels: Channels::Rgb,
        mean: [127.5; 3],
        scale: [1.0 / 127.5; 3],
    }
}

/// A picture in PNG; `colour` says each pixel.
pub fn png(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// A grey picture in JPEG, baseline, one even block of 8 by 8 pixels for each value.
pub fn jpeg(across: usize, values: &[u8]) -> Vec<u8> {
    let down = values.len() / across;
    let (width, height) = ((across * 8) as u16, (down * 8) as u16);
    let mut out = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    out.extend([1; 64]);
    out.extend([0xff, 0xc0, 0, 11, 8]);
    out.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    out.extend([1, 1, 0x11, 0]);
    // Twelve codes of four bits, one for each length of a difference; for the rest one code, the end of a block.
    let counts =
        |length: usize, many: u8| (1..=16).map(|at| if at == length { many } else { 0 }).collect::<Vec<u8>>();
    out.extend([0xff, 0xc4, 0, 31, 0]);
    out.extend(counts(4, 12));
    out.extend(0..12);
    out.extend([0xff, 0xc4, 0, 20, 0x10]);
    out.extend(counts(1, 1));
    out.push(0);
    out.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    let (mut bits, mut before) = (Vec::new(), 0_i32);
    let mut push =
        |value: i32, length: u32| (0..length).rev().for_each(|at| bits.push((value >> at & 1) as u8));
    for value in values {
        let level = (i32::from(*value) - 128) * 8;
        let difference = level - before;
        before = level;
        let length = 32 - difference.unsigned_abs().leading_zeros();
        push(length as i32, 4);
        push(if difference < 0 { difference + (1 << length) - 1 } else { difference }, length);
        push(0, 1);
    }
    while bits.len() % 8 != 0 {
        bits.push(1);
    }
    for byte in bits.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)) {
        out.push(byte);
        if byte == 0xff {
            out.push(0);
        }
    }
    out.extend([0xff, 0xd9]);
    out
}
