//! Who a row is about: what is held out together, and what is no level and no number of the model.

use super::*;

/// The columns of a table whose rows are these cells.
fn columns_of(header: &str, rows: usize, cells: &dyn Fn(usize) -> String) -> Vec<ColumnSchema> {
    let row = |row: usize| format!("{},{}\n", cells(row), ["yes", "no"][row / 3 % 2]);
    let text = format!("{header},won\n{}", (0..rows).map(row).collect::<String>());
    Schema::infer(&table(&text), &options()).unwrap().columns
}

fn one(header: &str, rows: usize, cells: &dyn Fn(usize) -> String) -> ColumnSchema {
    columns_of(header, rows, cells).swap_remove(0)
}

#[test]
fn rows_of_one_person_are_held_out_together_whatever_the_column_is_called() {
    for header in [
        "Contact",
        "Lead",
        "Person",
        "Prospect",
        "Primary Contact",
        "Associated Contact",
        "Deal - Contact person",
        "Ansprechpartner",
        "Deal - Organization",
        "Company / Account",
        "Potential Customer",
        "Nazwa firmy",
        "Razão social",
        "Ragione sociale",
        "Şirket",
        "Bedrijf",
        "取引先",
    ] {
        let schema = one(header, 900, &|row| format!("C-{}", row / 3));
        assert_eq!(schema.role, Role::Group, "{header}: {}", schema.why);
    }
    // Numbers that are keys.
    assert_eq!(one("lead", 900, &|row| (1_000 + row / 3).to_string()).role, Role::Group);
    // Those of a table that has leads several times, from 1 on.
    assert_eq!(one("id", 900, &|row| (1 + row / 9).to_string()).role, Role::Group);
}

#[test]
fn whom_an_id_may_be_of_is_asked_where_its_name_does_not_say() {
    let users = one("user_id", 900, &|row| (1 + row / 9).to_string());
    assert!(users.role == Role::Category && users.why.contains("role = \"group\""), "{}", users.why);
    // Who sells, or what.
    for levels in [12, 30] {
        let few = one("owner_id", 3_000, &|row| (1 + row % levels).to_string());
        assert!(few.role == Role::Category && !few.why.contains("group"), "{}", few.why);
    }
}

#[test]
fn what_is_called_like_people_but_holds_none_draws_no_circle() {
    let kinds = ["phone", "mail", "visit"];
    for (header, cells) in [
        ("Contact", &(|row: usize| ["yes", "no"][row % 2].to_owned()) as &dyn Fn(usize) -> String),
        ("Lead", &|row| ["inbound", "outbound"][row % 2].to_owned()),
        ("Contact", &|row| (row * row % 41).to_string()),
        ("Contact", &|row| {
            if row % 3 > 0 { kinds[row % 2].to_owned() } else { format!("other {}", row % 40) }
        }),
        ("Lead", &|row| format!("campaign {}", row % 30)),
        // Ordinary categories of many levels.
        ("City", &|row| format!("city {}", row / 3)),
        ("Job title", &|row| format!("title {}", row / 5)),
        ("Campaign", &|row| format!("campaign {}", row / 9)),
        ("Company size", &|row| (row / 3).to_string()),
    ] {
        let rows = if header == "Lead" { 3_000 } else { 900 };
        let schema = one(header, rows, cells);
        assert_ne!(schema.role, Role::Group, "{header}: {}", schema.why);
    }
    // A date is none, whatever its name.
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + row / 28 % 12, 1 + row % 28);
    assert!(matches!(one("Contact", 900, &day).role, Role::Date { .. }));
}

#[test]
fn people_beside_their_account_are_no_levels() {
    let columns = columns_of("Account,Contact", 900, &|row| format!("A{},Peter {}", row / 9, row / 3));
    assert_eq!([&columns[0].role, &columns[1].role], [&Role::Group, &Role::Id]);
}

#[test]
fn a_table_of_engagement_is_grouped_by_its_leads_and_ordered_by_its_days() {
    // Each lead on every day of two months and more, beside another date.
    let cells = |row: usize| {
        let day = row / 25;
        let date = |day: usize| format!("2024-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        format!("L{:05},{}T00:00:00Z,{}", row % 25, date(day), date(day + 1))
    };
    let columns = columns_of("lead,as_of,webinar", 25 * 70, &cells);
    assert_eq!(columns[0].role, Role::Group, "{}", columns[0].why);
    assert!(matches!(columns[1].role, Role::Date { split: true, .. }), "{}", columns[1].why);
}

#[test]
fn numbers_that_identify_are_no_numbers_of_the_model() {
    let scattered = |row: usize| 1_000_000_007 * (row as u64 + 3) % 8_999_999_929;
    for header in [
        "Phone",
        "Telefon",
        "Mobile",
        "Handy",
        "Teléfono",
        "Téléphone",
        "Telefone",
        "Cellulare",
        "電話",
        "Passport",
        "NIP",
        "CNPJ",
        "CPF",
        "USt-IdNr",
        "SIRET",
        "VAT",
        "Record ID",
        "Record ID - Contact",
        "Contact VID",
        "Customer Number",
    ] {
        for end in ["", ".0"] {
            let schema = one(header, 300, &|row| format!("{}{end}", 1_000_000_000 + scattered(row)));
            assert_eq!(schema.role, Role::Id, "{header} {end}: {}", schema.why);
        }
        // Nearly all are different.
        let schema = one(header, 300, &|row| format!("{}.0", 1_000_000_000 + scattered(row.max(9))));
        assert_eq!(schema.role, Role::Id, "{header}: {}", schema.why);
    }
    // People that come again, and a client id of an analytics program.
    let again = one("Telefon", 900, &|row| (1_000_000_000 + scattered(row / 3)).to_string());
    assert_eq!(again.role, Role::Group, "{}", again.why);
    for name in ["Record ID", "hs_object_id", "Opportunity ID", "uuid", "Contact VID"] {
        let again = one(name, 900, &|row| (1_000_000_000 + scattered(row / 3)).to_string());
        assert_eq!(again.role, Role::Group, "{name}: {}", again.why);
    }
    assert_eq!(one("Mobile", 900, &|row| format!("0{}", 1_000_000_000 + scattered(row / 30))).role, Role::Id);
    assert_eq!(
        one("Session ID", 300, &|row| format!("{}.{}", scattered(row), 1_000_000_000 + scattered(row))).role,
        Role::Id
    );
    // Amounts and counts beside such names, and postal codes.
    for (header, cells) in [
        (
            "Mobile revenue",
            &(|row: usize| (1_000_000_000 + scattered(row)).to_string()) as &dyn Fn(usize) -> String,
        ),
        ("VAT", &|row| format!("{}.75", row * row)),
        ("Phone calls", &|row| (row * row).to_string()),
        ("Revenue", &|row| format!("{}.0", scattered(row))),
        ("Zip", &|row| format!("{}.0", 10_000 + scattered(row) % 80_000)),
    ] {
        let schema = one(header, 300, cells);
        assert!(matches!(schema.role, Role::Number(_)), "{header}: {}", schema.why);
    }
}

/// So many that the table keeps them as numbers.
#[test]
fn many_numbers_of_people_are_no_numbers_of_the_model() {
    let schema = one("Telefon", 20_000, &|row| format!("{}.0", 5_000_000_000 + 99_991 * row));
    assert_eq!(schema.role, Role::Id, "{}", schema.why);
}

#[test]
fn names_of_people_are_no_levels_in_any_language() {
    let names = ["Anna", "José", "Łukasz", "Yuki", "Mei", "Olu"];
    let of = |row: usize| {
        let [first, second] = [names[row % 6], names[row / 6 % 6]];
        format!("{first} {second}")
    };
    for header in [
        "Prénom",
        "Nom",
        "Nombre",
        "Apellidos",
        "Imię",
        "Nome",
        "Cognome",
        "Sobrenome",
        "Ad",
        "Soyad",
        "Voornaam",
        "Achternaam",
        "氏名",
        "姓",
    ] {
        assert_eq!(one(header, 900, &|row| of(row % 36)).role, Role::Id, "{header}");
    }
    for header in ["Nom de la campagne", "Nome do produto"] {
        assert_eq!(one(header, 900, &|row| of(row % 36)).role, Role::Category, "{header}");
    }
    assert_eq!(one("Ad", 900, &|row| format!("advert {}", ["a", "b", "c"][row % 3])).role, Role::Category);
    assert_eq!(one("Ad", 900, &|row| format!("Spring {}", row % 30)).role, Role::Category);
    // Few of them, beside the other name.
    for header in ["Prénom,Nom", "Cognome,Nome", "Apellidos,Nombre", "Soyad,Ad"] {
        let both = |row: usize| format!("{},{}", names[row % 6], names[row / 6 % 6]);
        assert_eq!(columns_of(header, 900, &both)[1].role, Role::Id, "{header}");
    }
    assert!(matches!(one("Nombre", 900, &|row| (row * row % 41).to_string()).role, Role::Number(_)));
}

#[test]
fn answers_of_an_earlier_model_are_left_out() {
    let cells =
        |row: usize| format!("{}.5,0.{:03},{},yes,because {row}", row % 7, row % 900, ["A", "B"][row % 2]);
    let columns = columns_of("logit,probability,grade,sales_ready,reason_1", 90, &cells);
    for column in &columns {
        assert_eq!(column.role, Role::Excluded, "{}", column.name);
        assert!(column.notable);
    }
    assert!(columns[0].why.contains("sales-ready score"));
    // Alone they may be facts of a lead, but a model that read one could score no table: scoring appends its name.
    let alone =
        columns_of("probability,grade", 90, &|row| format!("0.{:03},{}", row % 900, ["A", "B"][row % 2]));
    assert!(alone.iter().all(|column| column.role == Role::Excluded && column.why.contains("rename it")));
}
