//! Model files with one thing changed, and whether native Rust takes them.

use sales_ready::Model;
use serde::Serialize;
use serde_json::{Value, json};

use crate::random::Random;

/// What a part of a model file may have and the models of this crate may lack.
const OPTIONAL: [&str; 14] = [
    "title",
    "unit",
    "group",
    "known",
    "missing",
    "engagement",
    "actionable",
    "se",
    "missing_se",
    "unseen_se",
    "unseen",
    "abstains",
    "past",
    "touches",
];

/// A change of a model file, and what comes of it.
#[derive(Clone, Debug, Serialize)]
pub struct FileCase {
    /// The keys and places that lead to what is changed.
    pub path: Vec<Value>,
    /// What stands there now; absent where it was taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put: Option<Value>,
    /// The code of the error; absent where the file is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

impl FileCase {
    /// Changes `file` at random, but for its card: it is for people, and an engine that scores does not look at it.
    ///
    /// # Panics
    /// Where `file` is no model.
    pub fn new(file: &Value, random: &mut Random) -> Self {
        let mut paths = Vec::new();
        all_paths(file, &mut Vec::new(), &mut paths);
        paths.retain(|path| !path.is_empty() && path[0] != "card");
        let mut path = random.pick(&paths).clone();
        // Something may be added, too.
        if let Some(Value::String(key)) = path.last_mut().filter(|_| random.chance(0.25)) {
            (*random.pick(&OPTIONAL)).clone_into(key);
        }
        let put = (!random.chance(0.2)).then(|| other(file, &paths, random));
        let mut changed = file.clone();
        let (parent, last) = parent_of(&mut changed, &path);
        match (parent, last, put.clone()) {
            (Value::Object(parent), Value::String(key), Some(put)) => drop(parent.insert(key.clone(), put)),
            (Value::Object(parent), Value::String(key), None) => drop(parent.remove(key)),
            (Value::Array(parent), at, Some(put)) => parent[place(at)] = put,
            (Value::Array(parent), at, None) => drop(parent.remove(place(at))),
            _ => unreachable!("only lists and objects have parts"),
        }
        let code = Model::from_json(&changed.to_string()).err().map(|error| error.code());
        Self { path, put, code }
    }
}

/// The part that holds what a path leads to, and its key there.
fn parent_of<'v, 'p>(file: &'v mut Value, path: &'p [Value]) -> (&'v mut Value, &'p Value) {
    match path {
        [last] => (file, last),
        [Value::String(key), rest @ ..] => parent_of(&mut file[key], rest),
        [at, rest @ ..] => parent_of(&mut file[place(at)], rest),
        [] => unreachable!("the file itself is in nothing"),
    }
}

/// Something that may stand in a model file: of each kind, or what stands elsewhere in this one.
fn other(file: &Value, paths: &[Vec<Value>], random: &mut Random) -> Value {
    let some = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(2),
        json!(1e300),
        json!(-1e300),
        json!(""),
        json!("x"),
        json!("1"),
        json!([]),
        json!({}),
    ];
    if random.chance(0.7) {
        return random.pick(&some).clone();
    }
    random
        .pick(paths)
        .iter()
        .fold(file, |part, key| match key {
            Value::String(key) => &part[key],
            key => &part[place(key)],
        })
        .clone()
}

fn all_paths(part: &Value, path: &mut Vec<Value>, paths: &mut Vec<Vec<Value>>) {
    paths.push(path.clone());
    let mut into = |key: Value, part: &Value| {
        path.push(key);
        all_paths(part, path, paths);
        path.pop();
    };
    match part {
        Value::Object(parts) => parts.iter().for_each(|(key, part)| into(json!(key), part)),
        Value::Array(parts) => parts.iter().enumerate().for_each(|(place, part)| into(json!(place), part)),
        _ => {}
    }
}

fn place(key: &Value) -> usize {
    key.as_u64().and_then(|place| usize::try_from(place).ok()).expect("a place is a small number")
}
