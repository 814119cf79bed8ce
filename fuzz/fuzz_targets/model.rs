//! Bytes → model file → scores. A model that was accepted must score every lead, and read back from what it writes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales_ready::Model;
use sales_ready_tests::parity;
use sales_ready_tests::random::Random;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(model) = Model::from_json(text) else { return };
    let mut random = Random::new(bytes.len() as u64);
    for _ in 0..16 {
        let lead = parity::lead(&model, &mut random);
        // A text in a field's own format may still be one of its markers, or no number in a format that is no format.
        if let Ok(explanation) = model.explain(&lead) {
            assert!(explanation.score.logit.is_finite());
            assert!((0.0..=1.0).contains(&explanation.score.probability));
        }
    }
    let written = model.to_json();
    match Model::from_json(&written) {
        Ok(again) => assert_eq!(again.to_json(), written),
        Err(error) => panic!("does not read what it wrote: {error}"),
    }
});
