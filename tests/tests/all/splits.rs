//! What a split keeps apart shows in the metrics.

use sales_ready::model::{Field, FieldKind, Metrics, NumberFormat, Target};
use sales_ready::train::leads::{Column, Groups, Leads, Values};
use sales_ready::train::{Options, train};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;

fn field(name: &str, kind: FieldKind) -> Field {
    Field::new(name, kind)
}

/// The card's metrics, and those of the other split.
fn measured(leads: &Leads) -> (Metrics, Vec<Metrics>) {
    let training = train(leads, &Options::default(), &mut |_| ()).expect("a sound table");
    let card = training.model.card().expect("a card");
    (card.metrics.clone(), card.other_splits.clone())
}

/// 40 accounts of 25 leads. Some accounts convert often and some seldom, and a column knows which account it is:
/// worth much for another lead of the same account, and nothing for the first of a new one.
fn accounts() -> Leads {
    let mut random = Random::new(3);
    let rates: Vec<f64> = (0..40).map(|_| sales_ready::sigmoid(2.5 * random.normal() - 0.5)).collect();
    let codes: Vec<u32> = (0..1_000).map(|row| row % 40).collect();
    let label = codes.iter().map(|code| random.chance(rates[*code as usize])).collect();
    let levels = (0..40).map(|code| format!("salesperson {code:02}")).collect();
    let seller = Values::Levels { levels, codes: codes.clone() };
    let noise = Values::Numbers((0..1_000).map(|_| random.normal()).collect());
    Leads {
        target: Target::new("converted", "yes"),
        label,
        weights: None,
        columns: vec![
            Column::new(field("seller", FieldKind::Category), seller),
            Column::new(field("noise", FieldKind::Number(NumberFormat::default())), noise),
        ],
        dates: None,
        groups: Some(Groups { field: "account".into(), codes }),
        excluded: vec![],
    }
}

#[test]
fn what_is_learnt_of_an_account_is_not_sold_as_knowledge_of_others() {
    let leads = accounts();
    let (grouped, others) = measured(&leads);
    assert!(grouped.held_out.contains("\"account\" together"), "{}", grouped.held_out);
    let [random] = others.as_slice() else { panic!("two ways to measure") };
    assert!(random.held_out.starts_with("a random fifth, whatever their \"account\""), "{}", random.held_out);
    assert!(grouped.auc.low < 0.5 && grouped.differs_from(random), "{grouped:?}, {random:?}");
    // Who does not know of the accounts believes in a good model.
    let (unaware, others) = measured(&Leads { groups: None, ..leads });
    assert!(unaware.auc.low > 0.65 && others.is_empty(), "{:?}", unaware.auc);
    assert!((unaware.auc.value - random.auc.value).abs() < 0.1, "{:?}, {:?}", unaware.auc, random.auc);
}

#[test]
fn where_time_does_not_matter_the_two_ways_agree() {
    let (newest, others) = measured(&sample::generate(8, 3_000).to_leads());
    let [random] = others.as_slice() else { panic!("two ways to measure") };
    assert!(newest.held_out.starts_with("the newest fifth") && random.held_out.starts_with("a random fifth"));
    assert!([&newest, random].iter().all(|metrics| (590..610).contains(&metrics.leads)));
    assert!(!newest.differs_from(random), "{newest:?}, {random:?}");
}

/// 300 customers of six leads each. Some convert often and some seldom, and but for the number of the customer nothing tells.
#[test]
fn a_number_that_names_customers_is_not_learnt_by_heart() {
    let mut random = Random::new(5);
    let customers: Vec<(f64, f64)> = (0..300)
        .map(|_| ((10_000 + random.below(80_000)) as f64, sales_ready::sigmoid(1.5 * random.normal() - 1.0)))
        .collect();
    let of = |row: usize| customers[row * 7 % 300];
    let label = (0..1_800).map(|row| random.chance(of(row).1)).collect();
    let numbers = [
        ("debitor", (0..1_800).map(|row| of(row).0).collect::<Vec<f64>>()),
        ("noise", (0..1_800).map(|_| random.normal()).collect()),
    ];
    let column = |(name, numbers): (&str, Vec<f64>)| {
        Column::new(field(name, FieldKind::Number(NumberFormat::default())), Values::Numbers(numbers.into()))
    };
    let leads = Leads::new("converted", label, numbers.map(column).into());
    let told = |keep: &[&str]| {
        let mut options = Options::default();
        options.keep = keep.iter().map(|name| (*name).to_owned()).collect();
        train(&leads, &options, &mut |_| ()).expect("a sound table").model
    };
    let model = told(&[]);
    let card = model.card().expect("a card");
    assert_eq!(card.data.groups.as_deref(), Some("debitor"));
    assert_eq!(card.data.excluded.iter().map(|excluded| &*excluded.field).collect::<Vec<_>>(), ["debitor"]);
    assert!(model.terms().is_empty() && card.metrics.auc.low < 0.5, "{:?}", card.metrics.auc);
    // Whoever says that it counts something is believed, and told of what holds for no other customer.
    let kept = told(&["debitor"]);
    assert!(kept.card().is_some_and(|card| card.data.groups.is_none() && card.metrics.auc.low > 0.55));
}
