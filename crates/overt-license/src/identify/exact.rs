//! Rules that stand in a text word for word.

use super::found::{Found, Way};
use super::query::Query;
use super::ranges::Ranges;
use crate::index::{LONGER, PREFIX_LENGTHS, PREFIX_SEED, flag, prefix_finish, prefix_step};

/// So many are looked at; of longer texts made of nothing but license names the rest is left out, so
/// that memory has a bound (some 250 bytes each).
const MOST: usize = 400_000;

/// Every rule that stands in the text word for word, at every place.
///
/// Each place costs a bounded number of table look-ups; a rule is compared only where its first
/// words (up to 16) stand. `work` counts compared words and ends the search when it is used up.
pub(super) fn exact(query: &Query<'_>, work: &mut u64) -> Vec<Found> {
    let index = query.index;
    let ids: Vec<u16> = query.tokens.iter().map(|token| token.id).collect();
    let mut found = Vec::new();
    for start in 0..ids.len() {
        let mut hash = PREFIX_SEED;
        let mut lengths = PREFIX_LENGTHS.iter().peekable();
        for (taken, word) in ids.iter().skip(start).take(16).enumerate() {
            hash = prefix_step(hash, *word);
            if lengths.next_if(|length| **length == taken + 1).is_none() {
                continue;
            }
            for rule in index.rules_with_prefix(prefix_finish(hash, taken + 1)) {
                let words = index.words(*rule);
                let cost = words.len() as u64;
                if *work < cost || found.len() >= MOST {
                    *work = 0;
                    return found;
                }
                let Some(here) = ids.get(start..start + words.len()) else {
                    continue;
                };
                if here != words {
                    *work -= 4;
                    continue;
                }
                *work -= cost;
                if index.is(*rule, flag::HIDDEN) {
                    continue;
                }
                // Few open places make a rule impossible only after texts were subtracted.
                let whole = words.len() == ids.len() && !index.is(*rule, flag::FALSE_POSITIVE);
                let (Ok(first), Ok(length)) = (u32::try_from(start), u32::try_from(words.len()))
                else {
                    continue;
                };
                found.push(Found::new(
                    query,
                    *rule,
                    Ranges::one(first, first + length),
                    Ranges::one(0, length),
                    if whole { Way::Whole } else { Way::Exact },
                ));
            }
            // Hardly two words are the first of a longer rule.
            if taken == 1 && !index.may_begin(prefix_finish(hash, LONGER)) {
                break;
            }
        }
    }
    found
}
