//! A model: read whole, compared with its pinned hash, then loaded from the bytes that were compared.

use std::{fs::File, io::Read, path::Path};

use rten::{Dimension, Model, ModelOptions, NodeId, Value, op_registry};
use rten_tensor::{Tensor, prelude::*};
use ximu_basics::Hash;

use crate::{FaceError, settings::InputSettings};

/// The longest file of a model, in bytes: 512 MiB.
pub const MODEL_BYTES_MAX: u64 = 512 << 20;

/// The shape and the numbers of an output.
pub type Told = (Vec<usize>, Vec<f32>);

/// A model that was loaded from the pinned bytes, and takes what the settings say.
pub struct Loaded {
    model: Model,
    path: String,
    shape: [usize; 4],
}

impl Loaded {
    /// Loads a model. Weights in other files are not looked for: the hash would not cover them.
    ///
    /// # Errors
    /// The first of [`FaceError::ModelFile`], [`FaceError::ModelHash`], [`FaceError::ModelMalformed`],
    /// [`FaceError::ModelShape`].
    pub fn open(input: &InputSettings) -> Result<Loaded, FaceError> {
        let path = input.path.display().to_string();
        let bytes = read(&input.path)?;
        let found = Hash::of(&bytes);
        if found != input.hash {
            return Err(FaceError::ModelHash { path, expected: input.hash, found });
        }
        let malformed = |found: String| FaceError::ModelMalformed { path: path.clone(), found };
        let model =
            ModelOptions::with_ops(operators()).load(bytes).map_err(|error| malformed(error.to_string()))?;
        let shape = input.shape();
        check_input(&model, &path, shape)?;
        Ok(Loaded { model, path, shape })
    }

    /// Runs the model on one picture; the outputs asked for by name, or the only one.
    ///
    /// # Errors
    /// [`FaceError::ModelShape`] when there is no such output, or the model cannot be run on its input.
    pub fn run(&self, numbers: Vec<f32>, outputs: &[&str]) -> Result<Vec<Told>, FaceError> {
        let wrong = |expected: String, found: String| FaceError::ModelShape {
            path: self.path.clone(),
            expected,
            found,
        };
        let id = self.model.input_ids().first().copied();
        let id = id.ok_or_else(|| wrong("one input".into(), "none".into()))?;
        let outputs: Vec<NodeId> = match (outputs, self.model.output_ids()) {
            ([], [only]) => vec![*only],
            ([], several) => return Err(wrong("one output".into(), several.len().to_string())),
            (names, _) => {
                let named = names.iter().map(|name| {
                    let id = self.model.node_id(name).ok().filter(|id| self.model.output_ids().contains(id));
                    id.ok_or_else(|| wrong(format!("an output named {name}"), "none".into()))
                });
                named.collect::<Result<_, _>>()?
            }
        };
        let given = Tensor::from_data(&self.shape, numbers);
        let told = self.model.run(vec![(id, given.view().into())], &outputs, None);
        let told = told.map_err(|error| wrong("a model that runs on its input".into(), error.to_string()))?;
        told.into_iter()
            .map(|value| numbers_of(value).ok_or_else(|| wrong("numbers (f32)".into(), "others".into())))
            .collect()
    }

    /// What is said of an output that has another shape.
    pub fn shape(&self, expected: &str, found: &[usize]) -> FaceError {
        FaceError::ModelShape {
            path: self.path.clone(),
            expected: expected.into(),
            found: format!("{found:?}"),
        }
    }
}

fn numbers_of(value: Value) -> Option<Told> {
    let tensor: Tensor<f32> = value.into_tensor()?;
    Some((tensor.shape().to_vec(), tensor.to_vec()))
}

fn read(path: &Path) -> Result<Vec<u8>, FaceError> {
    let trouble = |found: String| FaceError::ModelFile {
        path: path.display().to_string(),
        max: MODEL_BYTES_MAX,
        found,
    };
    let file = File::open(path).map_err(|error| trouble(error.to_string()))?;
    let mut bytes = Vec::new();
    let read = file.take(MODEL_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| trouble(error.to_string()))?;
    if bytes.len() as u64 > MODEL_BYTES_MAX {
        return Err(trouble("a longer one".into()));
    }
    Ok(bytes)
}

fn check_input(model: &Model, path: &str, shape: [usize; 4]) -> Result<(), FaceError> {
    let wrong = |found: String| FaceError::ModelShape {
        path: path.to_owned(),
        expected: format!("one input {shape:?}"),
        found,
    };
    let inputs = model.input_ids().len();
    if inputs != 1 {
        return Err(wrong(format!("{inputs} inputs")));
    }
    // A model that does not say its input's shape is believed until it runs.
    let Some(found) = model.input_shape(0) else { return Ok(()) };
    let fits = |(found, expected): (&Dimension, &usize)| match found {
        Dimension::Fixed(size) => size == expected,
        Dimension::Symbolic(_) => true,
    };
    if found.len() == shape.len() && found.iter().zip(&shape).all(fits) {
        return Ok(());
    }
    let told: Vec<String> = found
        .iter()
        .map(|one| match one {
            Dimension::Fixed(size) => size.to_string(),
            Dimension::Symbolic(name) => name.clone(),
        })
        .collect();
    Err(wrong(format!("[{}]", told.join(", "))))
}

/// What networks for faces are made of. Loops, sequences and random numbers are none of it.
fn operators() -> rten::OpRegistry {
    op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Cast,
        Clip,
        Concat,
        ConstantOfShape,
        Conv,
        Div,
        Exp,
        Expand,
        Flatten,
        Gather,
        Gemm,
        GlobalAveragePool,
        HardSigmoid,
        HardSwish,
        Identity,
        InstanceNormalization,
        LeakyRelu,
        LayerNormalization,
        MatMul,
        MaxPool,
        Mul,
        Neg,
        PRelu,
        Pad,
        Pow,
        Reciprocal,
        ReduceL2,
        ReduceMean,
        ReduceSum,
        Relu,
        Reshape,
        Resize,
        Shape,
        Sigmoid,
        Slice,
        Softmax,
        Split,
        Sqrt,
        Squeeze,
        Sub,
        Tanh,
        Transpose,
        Unsqueeze
    )
}
