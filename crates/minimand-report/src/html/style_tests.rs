//! Tests that the colours of the style sheet can be read on each other.

use std::collections::HashMap;

use crate::style::COLOURS;

/// The colours of light and dark mode.
fn palettes() -> [HashMap<&'static str, [f64; 3]>; 2] {
    let blocks = COLOURS.split(":root {").skip(1);
    let mut palettes = blocks.map(|block| {
        let declarations = block.split('}').next().unwrap_or_default().split(';');
        let colour = |declaration: &'static str| {
            let (name, value) = declaration.trim().strip_prefix("--")?.split_once(": #")?;
            let wide = value.len() == 6;
            let digits = |index: usize| match wide {
                true => u8::from_str_radix(&value[2 * index..2 * index + 2], 16),
                false => u8::from_str_radix(&value[index..index + 1].repeat(2), 16),
            };
            Some((
                name,
                [0, 1, 2].map(|index| f64::from(digits(index).unwrap())),
            ))
        };
        declarations.filter_map(colour).collect()
    });
    [palettes.next().unwrap(), palettes.next().unwrap()]
}

/// The relative luminance of WCAG 2.
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|value| {
        let value = value / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_has_a_contrast_of_4_5_on_every_background() {
    for palette in palettes() {
        for text in ["ink", "muted", "accent"] {
            for background in ["page", "wash", "best"] {
                let contrast = contrast(palette[text], palette[background]);
                assert!(contrast >= 4.5, "{text} on {background}: {contrast}");
            }
        }
        for level in 1..=10 {
            let text = if level <= 6 { "ink" } else { "page" };
            let contrast = contrast(palette[text], palette[format!("h{level}").as_str()]);
            assert!(contrast >= 4.5, "{text} on h{level}: {contrast}");
        }
    }
}

#[test]
fn marks_have_a_contrast_of_3() {
    for palette in palettes() {
        for index in 0..7 {
            let contrast = contrast(palette[format!("c{index}").as_str()], palette["page"]);
            assert!(contrast >= 3.0, "c{index}: {contrast}");
        }
    }
}

#[test]
fn heat_grows_away_from_the_page() {
    for palette in palettes() {
        let mut last = 1.05;
        for level in 1..=10 {
            let contrast = contrast(palette[format!("h{level}").as_str()], palette["page"]);
            assert!(contrast > last, "h{level}: {contrast}");
            last = contrast;
        }
    }
}
