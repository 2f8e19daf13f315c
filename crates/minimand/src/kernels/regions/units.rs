//! From sums to what counts: the regions of an item, one by one or together.

use super::sums::Total;
use super::{Classes, Per, Region, RegionObject};

/// One item of a mean: a region, or all regions of an item of a joint loss.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Whose sums these are: an item, or 0 for the batch.
    pub(super) group: usize,
    /// The regions that count; none if the unit does not count.
    pub(super) regions: Vec<Region<f64>>,
    pub(super) weight: f64,
}

/// The sums that a loss reads: by item or of the batch.
pub(super) fn grouped(kernel: &dyn RegionObject, items: &[Total]) -> Vec<Total> {
    match kernel.per() {
        Per::Item => items.to_vec(),
        Per::Batch => {
            let mut all = Total::new(items.first().map_or(0, |item| item.classes.len()));
            items.iter().for_each(|item| all.add(item));
            vec![all]
        }
    }
}

/// The units of groups with these sums, item by item and then class by class.
pub(super) fn units(
    kernel: &dyn RegionObject,
    groups: &[Total],
    item_weights: Option<&[f64]>,
    class_weights: Option<&[f64]>,
) -> Vec<Unit> {
    let item_weights = item_weights.filter(|_| kernel.per() == Per::Item);
    let first = usize::from(!kernel.include_background());
    let mut units = Vec::new();
    for (group, total) in groups.iter().enumerate() {
        let weight = item_weights.map_or(1.0, |w| w[group]);
        let counts = |region: &Region<f64>| {
            total.counting > 0 && (kernel.classes() == Classes::All || region.target > 0.0)
        };
        let each = (first..total.classes.len()).map(|class| {
            let by_class = class_weights.map_or(1.0, |w| w[class]);
            total.region(kernel, class, by_class)
        });
        if kernel.joint() {
            units.push(Unit {
                group,
                regions: each.filter(counts).collect(),
                weight,
            });
        } else {
            units.extend(each.map(|region| Unit {
                group,
                weight: weight * region.weight,
                regions: if counts(&region) {
                    vec![region]
                } else {
                    Vec::new()
                },
            }));
        }
    }
    units
}
