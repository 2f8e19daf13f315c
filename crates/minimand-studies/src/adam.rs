//! Adam without a network.

/// Adam with β₁ = 0.9 and β₂ = 0.999 on plain numbers.
pub(crate) struct Adam {
    first: Vec<f64>,
    second: Vec<f64>,
    steps: i32,
}

impl Adam {
    /// For so many numbers.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            first: vec![0.0; count],
            second: vec![0.0; count],
            steps: 0,
        }
    }

    /// One step against these slopes.
    pub(crate) fn step(&mut self, rate: f64, numbers: &mut [f64], slopes: &[f64]) {
        self.steps += 1;
        let [a, b] = [0.9_f64, 0.999].map(|decay| 1.0 - decay.powi(self.steps));
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((x, slope), (first, second)) in numbers.iter_mut().zip(slopes).zip(moments) {
            *first += 0.1 * (slope - *first);
            *second += 0.001 * (slope * slope - *second);
            *x -= rate * (*first / a) / ((*second / b).sqrt() + 1e-8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::cosine;

    #[test]
    fn adam_comes_to_rest_at_the_minimum() {
        let (mut x, mut adam) = (vec![1.0, -2.0], Adam::new(2));
        for step in 0..400 {
            let slopes: Vec<f64> = x.iter().map(|x| 2.0 * (x - 0.5)).collect();
            adam.step(0.1 * cosine(f64::from(step) / 400.0), &mut x, &slopes);
        }
        assert!(x.iter().all(|x| (x - 0.5).abs() < 1e-3), "{x:?}");
    }
}
