use super::*;
use ::safetensors::serialize;
use ::safetensors::tensor::{Dtype, TensorView};
use std::collections::BTreeMap;

fn model() -> Model {
    fit_clusters(&mlp(1), Key::new(1)).model
}

fn notes() -> BTreeMap<String, String> {
    let notes = [("objective", "focal(gamma=2)"), ("Einheit", "°C"), ("", "")];
    notes.map(|(k, v)| (k.to_string(), v.to_string())).into()
}

fn bits(scores: Vec<f32>) -> Vec<u32> {
    scores.into_iter().map(f32::to_bits).collect()
}

#[test]
fn a_model_comes_back_bit_by_bit() {
    let features = clusters().features().to_vec();
    for model in [model(), fit_clusters(&whole_batches(2), Key::new(1)).model] {
        let bytes = model.to_bytes(&notes()).expect("bytes");
        let (read, metadata) = Model::from_bytes(&bytes).expect("a model");
        assert_eq!((&read, metadata), (&model, notes()));
        assert_eq!((read.columns(), read.outputs()), (2, 3));
        let scores = [&read, &model].map(|m| bits(m.predict(&features).expect("scores")));
        assert_eq!(scores[0], scores[1]);
        // Nothing random goes in.
        assert_eq!(read.to_bytes(&notes()), Ok(bytes));
    }
}

/// Scores that PyTorch computed for the model that it wrote.
#[test]
fn a_model_of_pytorch_is_read() {
    let bytes = include_bytes!("torch_sequential.safetensors");
    let (model, metadata) = Model::from_bytes(bytes).expect("a model");
    assert_eq!(metadata["made_by"], "PyTorch");
    let scores = model.predict(&[0.5, -1.0, 2.0, 0.25, -1.5, 3.0]);
    let expected = [
        -0.116_463_81,
        -0.073_845_282,
        0.032_116_86,
        0.189_508_572,
        0.090_515_211,
        -0.613_751_233,
    ];
    for (score, expected) in scores.expect("scores").iter().zip(expected) {
        assert!((f64::from(*score) - expected).abs() < 1e-6);
    }
}

#[test]
fn half_a_file_is_an_error() {
    let bytes = model().to_bytes(&notes()).expect("bytes");
    for length in 0..bytes.len() {
        assert!(matches!(
            Model::from_bytes(&bytes[..length]),
            Err(ModelError::Format { .. })
        ));
    }
    let more = [&bytes[..], &[0]].concat();
    assert!(matches!(
        Model::from_bytes(&more),
        Err(ModelError::Format { .. })
    ));
}

#[test]
fn damage_is_an_error_or_another_model() {
    let whole = model().to_bytes(&notes()).expect("bytes");
    let mut random = Random::new(Key::new(21), 0);
    let mut below = |bound: usize| (random.bits() % bound as u64) as usize;
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        for _ in 0..=below(4) {
            let index = below(bytes.len());
            bytes[index] = below(256) as u8;
        }
        if let Ok((model, _)) = Model::from_bytes(&bytes) {
            let scores = model.predict(&vec![1.0; model.columns()]).expect("scores");
            assert_eq!(scores.len(), model.outputs());
        }
        let noise: Vec<u8> = (0..below(200)).map(|_| below(256) as u8).collect();
        assert!(Model::from_bytes(&noise).is_err());
    }
}

/// The error for a file with these tensors of zeros.
fn refused(tensors: &[(&str, Dtype, &[usize])]) -> ModelError {
    let zeros = [0; 1024];
    let views = tensors.iter().map(|&(name, dtype, shape)| {
        let size = shape.iter().product::<usize>() * dtype.bitsize() / 8;
        let view = TensorView::new(dtype, shape.to_vec(), &zeros[..size]);
        (name, view.expect("a view"))
    });
    let bytes = serialize(views, None).expect("bytes");
    Model::from_bytes(&bytes).expect_err("no such model")
}

#[test]
fn tensors_of_another_model_are_refused() {
    use Dtype::{F16, F32};
    let missing = |name: &str| ModelError::Missing { name: name.into() };
    let unexpected = |name: &str| ModelError::Unexpected { name: name.into() };
    let (weight, bias) = (("0.weight", F32, &[3, 2][..]), ("0.bias", F32, &[3][..]));
    assert_eq!(refused(&[]), missing("0.weight"));
    assert_eq!(refused(&[weight]), missing("0.bias"));
    assert_eq!(
        refused(&[weight, bias, ("1.weight", F32, &[1])]),
        unexpected("1.weight")
    );
    // A layer left out.
    let far = ("4.weight", F32, &[1, 3][..]);
    assert_eq!(refused(&[weight, bias, far]), unexpected("4.weight"));
    assert_eq!(
        refused(&[weight, ("0.bias", F16, &[3])]),
        ModelError::Dtype {
            name: "0.bias".into(),
            dtype: "F16".into()
        }
    );
    let shapes: [(&str, &[usize]); 5] = [
        ("0.weight", &[6]),
        ("0.weight", &[3, 0]),
        ("0.bias", &[2]),
        ("2.weight", &[3, 2]),
        ("2.weight", &[0, 3]),
    ];
    for (place, shape) in shapes {
        let odd = (place, F32, shape);
        let error = match place {
            "0.weight" => refused(&[odd, bias]),
            "0.bias" => refused(&[weight, odd]),
            _ => refused(&[weight, bias, odd]),
        };
        assert!(
            matches!(&error, ModelError::Shape { name, .. } if name == place),
            "{error}"
        );
    }
    let mut bytes = model().to_bytes(&BTreeMap::new()).expect("bytes");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(
        Model::from_bytes(&bytes),
        Err(ModelError::NonFinite {
            name: "4.bias".into(),
            position: 2,
            value: "NaN".into()
        })
    );
}
