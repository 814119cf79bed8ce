use super::*;

/// `-name` is a field whose reasons would begin like a formula.
const MODEL: &str = r#"{
  "format": "sales-ready/1", "generator": "test", "intercept": -1.0,
  "fields": [
    {"name": "visits", "type": {"number": {"decimal": "."}}, "missing": ["NA"]},
    {"name": "=source", "type": "category"}
  ],
  "terms": [
    {"curve": {"field": "visits", "x": [0, 10], "y": [-1, 3], "missing": -0.5}},
    {"table": {"field": "=source", "levels": [{"level": "fair", "value": 0.75}], "unseen": -0.25}}
  ],
  "calibration": {"x": [-5, 5], "y": [-5, 5]},
  "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
  "golden": []
}"#;

fn model() -> Model {
    Model::from_json(MODEL).unwrap()
}

fn score(text: &str, reasons: usize) -> Result<(String, Summary)> {
    let mut scored = Vec::new();
    let options = Options::default();
    let summary =
        score_csv(&model(), text.as_bytes(), "new.csv", &options, reasons, &mut scored, &mut |_| ())?;
    Ok((String::from_utf8(scored).unwrap(), summary))
}

#[test]
fn all_columns_stay_and_the_scores_follow() {
    let (text, summary) = score("lead,=source,visits\n\"Miller, Ann\",fair, 5 \n=1+1,,NA\n", 0).unwrap();
    let low = crate::sigmoid(-1.5);
    assert_eq!(
        text,
        format!(
            "lead,=source,visits,logit,probability,grade,sales_ready\n\
             \"Miller, Ann\",fair, 5 ,0.75,{:?},C,yes\n=1+1,,NA,-1.5,{low:?},D,abstain\n",
            crate::sigmoid(0.75)
        )
    );
    assert_eq!((summary.leads, summary.sales_ready, summary.abstained), (2, 1, 1));
}

#[test]
fn reasons_are_sentences_that_no_spreadsheet_runs() {
    let (text, _) = score("=source;visits\nfair;0\n;NA\n", 3).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("=source;visits;logit;probability;grade;sales_ready;reason_1;reason_2;reason_3")
    );
    let cells: Vec<&str> = lines.next().unwrap().split(';').collect();
    assert!(cells[6].starts_with("Visits: 0. "), "{cells:?}");
    assert!(cells[7].starts_with("'=source: fair. "), "{cells:?}");
    assert_eq!(cells[8], "");
}

#[test]
fn formulas_are_known_behind_what_nobody_sees() {
    let texts = ["=1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠a"];
    for text in texts {
        for before in
            ["", " ", "\u{3000}", "\u{feff}", "\u{200b}", "\u{ad} \u{2060}", "\u{202e}", "\u{0}", "\u{e0001}"]
        {
            let text = format!("{before}{text}");
            assert_eq!(no_formula(&text), format!("'{text}"), "{text:?}");
        }
    }
    // Signs within a text, and letters that are only unusual.
    for text in ["", "a=b", "\u{200b}Visits", "1−2", "–5", "≠ 3", "±1", "* @a", "é+", "\u{feff}"] {
        assert_eq!(no_formula(text), text);
    }
    assert_eq!(no_formula("\tVisits"), "'\tVisits");
}

#[test]
fn order_is_kept_over_batches_and_threads() {
    let count = 2 * BATCH + 3 * PART + 7;
    let rows: Vec<String> = (0..count).map(|row| format!("{row},fair,{}\n", row % 11)).collect();
    let mut told = 0;
    let mut scored = Vec::new();
    let input = format!("n,=source,visits\n{}", rows.concat());
    let summary =
        score_csv(&model(), input.as_bytes(), "new.csv", &Options::default(), 1, &mut scored, &mut |b| {
            told = b;
        });
    assert_eq!(summary.unwrap().leads, count as u64);
    assert_eq!(told, input.len() as u64);
    let mut reader = Reader::new(&scored[..], "scored.csv", &Options::default()).unwrap();
    let mut row = Row::default();
    for number in 0..count {
        assert!(reader.read_row(&mut row).unwrap());
        assert_eq!(row.cell(0), number.to_string());
        let visits = (number % 11).min(10) as f64;
        assert_eq!(row.cell(3).parse::<f64>(), Ok(-1.0 + (-1.0 + 4.0 * (visits / 10.0)) + 0.75));
    }
}

#[test]
fn errors_say_where() {
    let error = |text: &str| score(text, 3).unwrap_err().to_string();
    let bad = error("lead,=source,visits\na,,1\n\nb,,many\nc,,none\n");
    assert!(bad.starts_with("new.csv:4:3: expected a number for \"visits\", found \"many\""), "{bad}");
    let absent = error("lead,Visits,source\na,1,x\n");
    assert!(
        absent.contains("lacks columns the model reads: \"visits\" (is it \"Visits\"?), \"=source\""),
        "{absent}"
    );
    let taken = error("visits,=source,logit\n1,,2\n");
    assert!(taken.starts_with("new.csv:3: ") || taken.contains("already has a column \"logit\""), "{taken}");
    // Without reasons their names are free.
    assert_eq!(score("visits,=source,reason_1\n1,,2\n", 0).unwrap().1.leads, 1);
    assert_eq!(score("visits,=source\n", 1).unwrap().1.leads, 0);
}

#[test]
fn a_row_is_explained_as_it_is_scored() {
    let text = "=source,visits\nfair,1\n\n,4\nx,many\n";
    let explain = |number| explain_row(&model(), text.as_bytes(), "new.csv", &Options::default(), number);
    let explanation = explain(2).unwrap();
    assert_eq!(explanation.score.logit, -1.0 + (-1.0 + 4.0 * (4.0 / 10.0)));
    assert_eq!(explanation.contributions.len(), 2);
    assert!(explain(3).unwrap_err().to_string().starts_with("new.csv:5:2: expected a number"));
    for number in [0, 4] {
        assert_eq!(explain(number).unwrap_err().kind(), ErrorKind::BadOption);
    }
}

#[test]
fn a_table_scores_as_its_rows_do() {
    use crate::lead::Lead;
    use crate::train::csv::Table;

    let model = model();
    let read =
        |text: &str| Table::read(text.as_bytes(), "new.csv", &Options::default(), &mut |_| ()).unwrap();
    let table = read("=source,visits\nfair,3\n moon ,NA\n,11\nfair,-0.7\n");
    let leads = [
        Lead::new().with("=source", "fair").with("visits", 3),
        Lead::new().with("=source", "moon"),
        Lead::new().with("visits", 11),
        Lead::new().with("=source", "fair").with("visits", -0.7),
    ];
    let expected: Vec<f64> = leads.iter().map(|lead| model.logit(lead).unwrap()).collect();
    assert_eq!(TableReadings::new(&model, &table).unwrap().logits(&model), expected);

    // The first bad cell of the file, not of the first column that has one.
    let table = read("other,visits,=source\n1,3,fair\n1,NA,fair\n1,many,fair\n1,3,x\n1,more,x\n");
    let error = TableReadings::new(&model, &table).err().unwrap().to_string();
    assert!(error.starts_with("new.csv:4:2: expected a number for \"visits\", found \"many\""), "{error}");
    let error = TableReadings::new(&model, &read("visit,=source\n1,x\n")).err().unwrap().to_string();
    assert!(error.contains("\"visits\" (is it \"visit\"?)"), "{error}");
}

/// The slow and obvious way: each row by itself, by the model's own words, written by the `csv` crate.
fn slowly(model: &Model, text: &[u8], reasons: usize) -> Result<Vec<u8>> {
    let mut reader = Reader::new(text, "new.csv", &Options::default())?;
    let mut writer = ::csv::WriterBuilder::new().delimiter(reader.delimiter().byte()).from_writer(Vec::new());
    writer.write_record(reader.header().iter().chain(&appended_columns(reasons))).unwrap();
    let place = |field: &Field| reader.header().iter().position(|name| *name == field.name).unwrap();
    let places: Vec<usize> = model.fields().iter().map(place).collect();
    let mut row = Row::default();
    while reader.read_row(&mut row)? {
        let values: Vec<Value<'_>> = places.iter().map(|place| Value::from(row.cell(*place))).collect();
        let explanation = model.explain_values(&values).map_err(|error| {
            let bad = values.iter().zip(model.fields()).position(|(value, field)| field.read(value).is_err());
            error.at("new.csv", row.line(), places[bad.unwrap()] as u64 + 1)
        })?;
        let (score, found) = (explanation.score, explanation.reasons(reasons));
        let answer = match score.readiness {
            crate::model::Readiness::SalesReady => "yes",
            crate::model::Readiness::Nurture => "no",
            crate::model::Readiness::Abstain => "abstain",
        };
        let mut cells: Vec<String> = row.cells().map(str::to_owned).collect();
        cells.extend([format!("{:?}", score.logit), format!("{:?}", score.probability)]);
        cells.extend([score.grade.as_str().to_owned(), answer.to_owned()]);
        let sentence = |place: usize| {
            found.get(place).map_or(String::new(), |reason| no_formula(&model.sentence(reason)))
        };
        cells.extend((0..reasons).map(sentence));
        writer.write_record(&cells).unwrap();
    }
    Ok(writer.into_inner().unwrap())
}

const PAIRED: &str = r#"{
  "format": "sales-ready/1", "generator": "test", "intercept": -1.0,
  "fields": [
    {"name": "visits", "type": {"number": {"decimal": "."}}, "missing": ["NA", "999"], "known": 0.9},
    {"name": "spent", "title": "-spent \"net\"", "type": {"number": {"decimal": ",", "group": ".", "unit": "€"}}},
    {"name": "source", "type": "category", "missing": ["None"]}
  ],
  "terms": [
    {"curve": {"field": "visits", "x": [0, 3, 10], "y": [-1, 0.3, 3], "missing": -0.5}},
    {"curve": {"field": "spent", "x": [0, 1000], "y": [0.01, 1], "missing": 0}},
    {"table": {"field": "source", "levels": [{"level": "fair", "value": 0.75}, {"level": "web, \"new\"", "value": 0.75}],
               "unseen": -0.25}},
    {"pair": {"fields": ["visits", "source"], "axes": [{"cuts": [5]}, {"levels": ["fair"]}],
              "values": [[-0.5, 0.1, 0.2], [0.7, -0.2, -0.7], [0.25, 0.02, -0.3]]}}
  ],
  "calibration": {"x": [-5, 5], "y": [-5, 4]},
  "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
  "golden": []
}"#;

#[test]
fn values_in_another_case_are_told() {
    let model = Model::from_json(PAIRED).unwrap();
    let rows = "source,visits,spent\nfair,1,1\nFair,1,1\n FAIR ,1,1\nmoon,1,1\nNONE,1,1\n";
    let notes = |text: &str| {
        let options = Options::default();
        let scored = score_csv(&model, text.as_bytes(), "new.csv", &options, 1, &mut Vec::new(), &mut |_| ());
        scored.unwrap().notes
    };
    let told = |leads: &str| {
        format!(
            "\"source\": {leads} that the model knows in another case only, such as \"Fair\" in line 3 (the model knows \"fair\"); they count as rare or new: if the same is meant, write them as the model knows them"
        )
    };
    assert_eq!(notes(rows), [told("2 leads have values")]);
    let strange = |leads: &str| {
        format!(
            "\"source\": {leads} have a rare or new value, such as \"moon\" in line 5, where 0 % of those that the model learnt from had a rare one: look whether a level has got another name, and train anew if not"
        )
    };
    // Many rows are scored by several threads, and rows with line ends in them another way.
    let more = "moon,1,1\nFAIR,1,1\n".repeat(50_000);
    let both = [told("50002 leads have values"), strange("100003 leads (99 %)")];
    assert_eq!(notes(&format!("{rows}{more}")), both);
    let last = notes(&format!("{rows}{more}\"moon\nrise\",1,1\nfAIR,1,1\n"));
    assert_eq!(last, [told("50003 leads have values"), strange("100005 leads (99 %)")]);
    // Few strange ones, and a few among many, are what there always is.
    let known = "fair,1,1\n".repeat(1000);
    assert_eq!(notes(&format!("source,visits,spent\n{known}{}", "moon,1,1\n".repeat(52))), [""; 0]);
    assert_eq!(notes(&format!("source,visits,spent\n{known}{}", "moon,1,1\n".repeat(53))).len(), 1);
    assert_eq!(notes(&format!("source,visits,spent\nfair,1,1\n{}", "moon,1,1\n".repeat(19))), [""; 0]);
    assert_eq!(notes("source,visits,spent\nfair,1,1\nmoon,1,1\n"), [""; 0]);
    assert_eq!(notes("source,visits,spent\n,1,1\nFair,1,1\n"), [told("1 lead has a value")]);
}

#[test]
fn fractions_that_may_be_thousands_are_told() {
    let mut value: serde_json::Value = serde_json::from_str(PAIRED).unwrap();
    let estimate = serde_json::json!({"value": 0.5, "low": 0.4, "high": 0.6});
    let numbers = |name: &serde_json::Value, cuts: &[f64]| {
        let shares = vec![0.5; cuts.len() + 1];
        serde_json::json!({"field": name, "missing": 0.5, "known": {"numbers": {"cuts": cuts, "shares": shares, "below": 0, "above": 0}}})
    };
    let levels = serde_json::json!({"field": "source", "missing": 0, "known": {"levels": {"levels": [], "others": 1, "unseen": 0}}});
    let notes = |value: &mut serde_json::Value, cuts: &[f64], rows: &str| {
        let fields: Vec<serde_json::Value> = value["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(
                |field| {
                    if field["name"] == "source" { levels.clone() } else { numbers(&field["name"], cuts) }
                },
            )
            .collect();
        value["card"] = serde_json::json!({
            "target": {"field": "won", "positive": "yes"},
            "data": {"leads": 9, "conversions": 3, "excluded": []},
            "metrics": {
                "held_out": "", "leads": 9, "conversions": 3, "auc": estimate, "average_precision": estimate,
                "log_loss": estimate, "brier": estimate, "ece": estimate, "lift_at_10": estimate
            },
            "flagged": {"leads": 1, "conversions": 1, "probability": estimate, "share": estimate, "recall": estimate},
            "training": {"penalty": 1.0, "steps": [], "iterations": 1, "gradient": 0.0, "calibration": "none", "seed": 0},
            "reference": {"leads": 9, "fields": fields, "score": {"cuts": [], "bands": [{"share": 1, "leads": 0, "probability": 0, "rate": 0}]}}
        });
        let model = Model::from_json(&value.to_string()).unwrap();
        let text = format!("source,visits,spent\n{rows}");
        score_csv(&model, text.as_bytes(), "new.csv", &Options::default(), 1, &mut Vec::new(), &mut |_| ())
            .unwrap()
            .notes
    };
    let told = notes(&mut value, &[10.0, 5_000.0], "fair,957,1\nfair,3.740,1\nfair,12.105,1\nfair,1.001,1\n");
    assert_eq!(
        told,
        [
            "\"visits\": 3 numbers were read as having a fraction, such as \"3.740\" in line 3, where nearly all that the model learnt from were whole; if thousands are meant, write 3740 and score again"
        ]
    );
    // Where the model learnt from fractions or from small numbers, other cells show that the point stands before one, or they
    // are few.
    let three = "fair,3.740,1\n".repeat(3);
    assert_eq!(notes(&mut value, &[10.0, 5_000.0], &three).len(), 1);
    assert_eq!(notes(&mut value, &[10.5, 5_000.0], &three), [""; 0]);
    assert_eq!(notes(&mut value, &[10.0, 500.0], &three), [""; 0]);
    assert_eq!(notes(&mut value, &[10.0, 5_000.0], &format!("{three}fair,2.5,1\n")), [""; 0]);
    assert_eq!(notes(&mut value, &[10.0, 5_000.0], &three.replace("3.7", "0.7")), [""; 0]);
    assert_eq!(notes(&mut value, &[10.0, 5_000.0], "fair,3.740,1\n"), [""; 0]);
    assert_eq!(notes(&mut value, &[10.0, 5_000.0], &format!("{three}{}", "fair,7,1\n".repeat(20))), [""; 0]);
    // Round thousands, too, and where most have none of it.
    let none = "fair,0,1\nfair,NA,1\nfair,999,1\n".repeat(20);
    let round = "fair,1.000,1\nfair,2.000,1\nfair,-3.000,1\n";
    let told = notes(&mut value, &[10.0, 5_000.0], &format!("{none}fair,\"957\",1\n{round}"));
    assert_eq!(
        told,
        [
            "\"visits\": 3 numbers were read as having a fraction, such as \"1.000\" in line 63, where nearly all that the model learnt from were whole; if thousands are meant, write 1000 and score again"
        ]
    );
    assert_eq!(notes(&mut value, &[10.0, 500.0], round), [""; 0]);
    // Three decimals: so are those of other numbers, and a thousand needs no sign.
    for other in ["1500.000", "1500", "0.000", "0.250", "7.0", "12.50"] {
        let rows = format!("{round}fair,12.000,1\nfair,{other},1\n");
        assert_eq!(notes(&mut value, &[10.0, 5_000.0], &rows), [""; 0], "{other}");
    }
}

#[test]
fn files_of_all_kinds_are_scored_as_the_slow_way_scores_them() {
    let model = Model::from_json(PAIRED).unwrap();
    let visits =
        ["0", "3", "7.25", "", " 4 ", "NA", "999", "-1e3", "+2.", "1234567890123456789", "0.1", "1e-9"];
    let spent = ["", "5", "1.234,5", "€ 7", "-12,50 €", "1000", "0,001", "99.999"];
    let source =
        ["fair", "web, \"new\"", "", "none", " fair", "=1+1", "moon\nrise", "Größe", "5\" pipe", "a b"];
    let mut random = crate::train::random::Random::new(7, "files to score");
    let mut draw = |count: usize| random.below(count);
    let mut refused = 0;
    for file in 0..120 {
        let (delimiter, line_end) = ([",", ";", "\t"][file % 3], ["\n", "\r\n"][file / 3 % 2]);
        // From none that must be in quotes to all kinds.
        let kinds = [1, 4, 10][file / 6 % 3];
        let mut text = ["lead", "source", "visits", "spent"].join(delimiter) + line_end;
        for row in 0..40 + 30 * file {
            let note = row.to_string();
            let cells = [&note, source[draw(kinds)], visits[draw(12)], spent[draw(8)]];
            let quoted = cells.map(|cell| {
                let must = [delimiter, "\"", "\n"].iter().any(|sign| cell.contains(sign));
                let quotes = must || (kinds > 1 && draw(5) == 0);
                if quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
            });
            text += &(quoted.join(delimiter) + line_end);
            match draw(400) {
                0 => text += line_end,
                1 => text += &(delimiter.repeat(3) + line_end),
                2 if file % 5 == 0 => text += &(["x", "fair", "many", "1"].join(delimiter) + line_end),
                3 if file % 7 == 0 => text += &(["x", "fair"].join(delimiter) + line_end),
                _ => {}
            }
        }
        let mut scored = Vec::new();
        let mut found = score_csv(
            &model,
            text.as_bytes(),
            "new.csv",
            &Options::default(),
            file % 4,
            &mut scored,
            &mut |_| (),
        );
        let expected = slowly(&model, text.as_bytes(), file % 4);
        match (&mut found, &expected) {
            (Ok(_), Ok(expected)) => assert!(scored == *expected, "file {file}"),
            (found, expected) => {
                refused += 1;
                assert_eq!(found.as_ref().err(), expected.as_ref().err(), "file {file}");
            }
        }
    }
    assert!((10..60).contains(&refused), "{refused}");
}
