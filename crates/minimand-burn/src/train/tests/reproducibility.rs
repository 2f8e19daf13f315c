use super::*;
use crate::train::network::Network;
use burn::tensor::Device;

#[test]
fn equal_keys_give_equal_bits_even_side_by_side() {
    let alone = fit_clusters(&mlp(3), Key::new(1));
    let together = std::thread::scope(|scope| {
        let fits = [0; 2].map(|_| scope.spawn(|| fit_clusters(&mlp(3), Key::new(1))));
        fits.map(|fit| fit.join().expect("a fit"))
    });
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .expect("a pool");
    let (left, right) = pool.install(|| {
        rayon::join(
            || fit_clusters(&mlp(3), Key::new(1)),
            || fit_clusters(&mlp(3), Key::new(1)),
        )
    });
    for fitted in together.iter().chain([&left, &right]) {
        assert_eq!(*fitted, alone);
    }
    for key in [Key::new(2), Key::new(1).child(0), Key::new(1).child(1)] {
        assert_ne!(fit_clusters(&mlp(3), key).model, alone.model);
    }
}

#[test]
fn the_start_does_not_depend_on_the_objective_and_is_uniform() {
    let network = |key| {
        let network = Network::new(&mlp(1).architecture, 100, 3, key, &Device::flex());
        network.parameters().expect("parameters")
    };
    let first = network(Key::new(1));
    assert_eq!(first, network(Key::new(1)));
    assert_ne!(first, network(Key::new(2)));
    let names: Vec<&str> = first.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"
        ]
    );
    assert_eq!(first[0].shape, [8, 100]);
    let values = &first[0].values;
    assert!(values.iter().all(|x| x.abs() <= 0.1));
    let variance = values.iter().map(|x| f64::from(x * x)).sum::<f64>() / values.len() as f64;
    assert!((variance - 0.01 / 3.0).abs() < 5e-4);
}
