use super::*;
use std::cell::Cell;

/// The end of a training whose `should_stop` says yes from the ask with this number on.
fn stopped_at(ask: usize, rows: usize, settings: &Settings) -> Result<Fitted, TrainError> {
    let values = Targets::Values(vec![0.0; rows]);
    let data = Dataset::new(vec![1.0; rows], rows, 1, values)?;
    let all: Vec<usize> = (0..rows).collect();
    let training = Training {
        objective: &"mse".parse().expect("a known objective"),
        data: &data,
        train: &all,
        validation: &[0],
        settings,
        key: Key::new(1),
    };
    let asked = Cell::new(0);
    let should_stop = || {
        asked.set(asked.get() + 1);
        asked.get() > ask
    };
    training.run(&|_| 0.0, &mut |_| ControlFlow::Continue(()), &should_stop)
}

#[test]
fn short_epochs_are_stopped_between_them() {
    for epoch in [0, 2] {
        let stopped = stopped_at(epoch, 4, &mlp(1000));
        let Err(TrainError::Stopped { epoch: last }) = stopped else {
            panic!("not stopped: {stopped:?}");
        };
        // A slow machine asks more often than once in an epoch.
        assert!(last <= epoch);
    }
}

#[test]
fn a_long_epoch_is_stopped_within() {
    // Half a million steps take far longer than the time to the second ask.
    let settings = Settings {
        batch_size: 1,
        ..mlp(1)
    };
    assert_eq!(
        stopped_at(1, 500_000, &settings),
        Err(TrainError::Stopped { epoch: 0 })
    );
}
