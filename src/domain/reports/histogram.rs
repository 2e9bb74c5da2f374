//! Histograms: counts per step of a scale, and their quantiles.

/// Returns the value within which `part` of all lie, interpolated linearly within a step; `None` if
/// there are none. `steps` are the upper bounds of `counts`.
pub(super) fn quantile(steps: &[u32], counts: &[u64], part: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return None;
    }
    let wanted = total as f64 * part;
    let (mut before, mut from) = (0.0, 0.0);
    for (count, to) in counts.iter().zip(steps) {
        let (count, to) = (*count as f64, f64::from(*to));
        if count > 0.0 && before + count >= wanted {
            return Some(from + (to - from) * (wanted - before) / count);
        }
        (before, from) = (before + count, to);
    }
    Some(from)
}

/// Returns the first of `steps` that is at least `value`; the last one also takes everything beyond.
pub(super) fn step<const N: usize>(steps: &[u32; N], value: u128) -> u32 {
    steps.iter().copied().find(|step| value <= u128::from(*step)).unwrap_or(steps[N - 1])
}
