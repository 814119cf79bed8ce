//! What a person is told of columns that say less than they could.

use super::*;

#[test]
fn several_choices_in_a_cell_are_told() {
    let told = |cells: &[&str]| schema_of("interests", cells).why.contains("several choices in a cell");
    assert!(told(&["Demo;Pricing", "Pricing", "Demo;Pricing;API", "API", "API; Demo"]));
    assert!(told(&["a|b", "b", "a|b|c", "c|b", "c|a"]));
    assert!(told(&["a,b", "b", "a,b,c", "c,b", "a", "c"]));
    // Titles, names and places with a comma, and levels that have a sign in their name.
    assert!(!told(&["VP, Sales", "VP, Marketing", "Director, Sales", "Intern", "Director"]));
    assert!(!told(&["Fair; Berlin", "Web", "Fair; Munich"]));
    assert!(!told(&["a;b", "c;b", "a;d"]));
}

#[test]
fn amounts_in_several_units_are_told() {
    let told = |cells: &[&str]| schema_of("budget", cells).why;
    let why = told(&["EUR 5,000", "USD 7,500", "EUR 100"]);
    assert!(why.contains("several units, such as \"EUR 5,000\" and \"USD 7,500\""), "{why}");
    for cells in [["EUR 5", "USD x", "EUR 1"], ["€ 5", "€ 7", "€ 8"], ["a", "b", "c"]] {
        assert!(!told(&cells).contains("several units"), "{cells:?}");
    }
}
