//! Small images in styles, as domains that a model can be trained without.

use minimand_burn::random::Random;

use super::views::Augment;

/// Number of styles.
pub(super) const DOMAINS: usize = 4;

/// An image in the style of a domain: plain, turned, faint and inverted, or on a patterned ground. All have a little
/// noise.
pub(super) fn style(image: &[f32], domain: usize, random: &mut Random) -> Vec<f32> {
    let side = image.len().isqrt();
    let changed: Vec<f32> = match domain {
        0 => image.to_vec(),
        1 => Augment::turned(image, 25.0),
        2 => image.iter().map(|x| 0.7 - 0.5 * x).collect(),
        _ => {
            let phase = random.below(2);
            let ground = |index: usize| 0.5 * ((index / side + index % side + phase) % 2) as f32;
            let pixels = image.iter().enumerate();
            pixels.map(|(index, x)| x.max(ground(index))).collect()
        }
    };
    changed
        .into_iter()
        .map(|x| x + (0.05 * random.normal()) as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use minimand_burn::random::Key;

    use super::*;

    #[test]
    fn styles_differ_more_than_by_their_noise() {
        let image: Vec<f32> = (0..64).map(|x| (x % 9) as f32 / 8.0).collect();
        let draw = |domain, seed| style(&image, domain, &mut Random::new(Key::new(seed), 0));
        let apart = |a: &[f32], b: &[f32]| {
            let squares = a.iter().zip(b).map(|(x, y)| (x - y).powi(2));
            squares.sum::<f32>().sqrt()
        };
        for domain in 0..DOMAINS {
            for other in 0..domain {
                assert!(
                    apart(&draw(domain, 1), &draw(other, 2)) > 1.0,
                    "{domain} {other}"
                );
            }
        }
        assert!(apart(&draw(0, 1), &draw(0, 2)) < 1.0);
    }
}
