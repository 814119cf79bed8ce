//! Where outputs go: no file is destroyed by another, and a run publishes all of them or none.

#[cfg(unix)]
use std::process::Stdio;

use crate::bench::{Bench, Ran};

#[test]
fn no_output_takes_the_place_of_an_input_or_of_another_output() {
    let bench = Bench::trained();
    bench.write("s.toml", "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("leads.csv", bench.path("link.csv")).unwrap();
        std::fs::hard_link(bench.path("leads.csv"), bench.path("twin.csv")).unwrap();
    }
    let before: Vec<_> = bench.files().iter().map(|name| (name.clone(), bench.read(name))).collect();
    let train =
        |more: &'static [&'static str]| [&["train", "leads.csv", "--target", "converted"], more].concat();
    let mut cases = vec![
        (train(&["-o", "leads.csv"]), "-o", "leads.csv would overwrite the leads, leads.csv"),
        (
            train(&["--replace", "./leads.csv"]),
            "--replace",
            "./leads.csv would overwrite the leads, leads.csv",
        ),
        (train(&["-o", "m.json", "--report", "leads.csv"]), "--report", "overwrite the leads"),
        (train(&["-o", "m.json", "--report-json", "leads.csv"]), "--report-json", "overwrite the leads"),
        (train(&["--schema", "s.toml", "-o", "s.toml"]), "-o", "overwrite the schema, s.toml"),
        (
            train(&["--schema", "s.toml", "-o", "m.json", "--report", "./s.toml"]),
            "--report",
            "the schema, s.toml",
        ),
        (train(&["-o", "m.json", "--report", "./m.json"]), "--report", "./m.json is that of -o, m.json"),
        (train(&["-o", "model.json", "--report", "./model.json"]), "--report", "is that of -o, model.json"),
        (
            train(&["--replace", "model.json", "--report-json", "./model.json"]),
            "--report-json",
            "is that of --replace",
        ),
        (
            train(&["-o", "m.json", "--report", "r", "--report-json", "./r"]),
            "--report-json",
            "is that of --report, r",
        ),
        (train(&["-o", "-", "--report", "-"]), "--report", "standard output is that of -o, standard output"),
        (vec!["inspect", "leads.csv", "-o", "./leads.csv"], "-o", "overwrite the leads, leads.csv"),
        (
            vec!["inspect", "leads.csv", "--schema", "s.toml", "-o", "s.toml"],
            "-o",
            "overwrite the schema, s.toml",
        ),
        (
            vec!["score", "model.json", "leads.csv", "-o", "./model.json"],
            "-o",
            "overwrite the model, model.json",
        ),
        (vec!["score", "model.json", "leads.csv", "-o", "leads.csv"], "-o", "overwrite the leads, leads.csv"),
        // Before any work: the leads are not even there.
        (
            vec!["train", "absent.csv", "--target", "x", "-o", "./absent.csv"],
            "-o",
            "overwrite the leads, absent.csv",
        ),
    ];
    if cfg!(unix) {
        cases.push((train(&["-o", "link.csv"]), "-o", "link.csv would overwrite the leads, leads.csv"));
        cases.push((train(&["-o", "twin.csv"]), "-o", "twin.csv would overwrite the leads, leads.csv"));
    }
    for (args, flag, with) in cases {
        let ran = bench.run(&args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        let start = format!("error: expected a file of its own for {flag}, but ");
        assert!(ran.stderr.starts_with(&start) && ran.stderr.contains(with), "{args:?}: {}", ran.stderr);
        for (name, text) in &before {
            assert!(bench.read(name) == *text, "{args:?} wrote {name}");
        }
        assert_eq!(bench.files().len(), before.len(), "{args:?}");
    }
    // What is read and written on purpose: the model in place. Devices are not replaced.
    bench.run(&["train", "leads.csv", "--target", "converted", "--replace", "./model.json"]).ok();
    if cfg!(unix) {
        bench.run(&["score", "model.json", "/dev/null", "-o", "/dev/null"]).fails(1, "found an empty file");
    }
}

#[cfg(unix)]
#[test]
fn what_a_shell_redirects_is_known_by_its_file() {
    use std::fs::OpenOptions;

    let bench = Bench::trained();
    let leads = bench.read("leads.csv");
    let open = |name: &str| OpenOptions::new().read(true).append(true).open(bench.path(name)).unwrap();
    let mut read = bench.command(&["score", "model.json", "-", "-o", "leads.csv"]);
    let read = Ran::new(&read.stdin(open("leads.csv")).output().unwrap());
    read.fails(2, "leads.csv would overwrite the leads, standard input");
    // Else it would read for ever what it appends.
    let mut appended = bench.command(&["score", "model.json", "leads.csv"]);
    let appended = Ran::new(&appended.stdout(open("leads.csv")).output().unwrap());
    appended.fails(2, "standard output would overwrite the leads, leads.csv");
    assert!(bench.read("leads.csv") == leads);
}

#[cfg(target_os = "linux")]
#[test]
fn where_one_output_can_not_be_written_nothing_is_published() {
    // A device that is always full.
    let bench = Bench::trained();
    let before: Vec<_> = bench.files().iter().map(|name| (name.clone(), bench.read(name))).collect();
    let train = |more: &[&str]| {
        bench.run(&[&["train", "leads.csv", "--target", "converted", "--exclude", "source"], more].concat())
    };
    for more in [
        &["--replace", "new.json", "--report", "/dev/full"][..],
        &["-o", "model.json", "--report", "/dev/full"],
        &["-o", "m.json", "--report", "r.html", "--report-json", "/dev/full"],
        &["-o", "/dev/full", "--report", "r.html", "--report-json", "r.json"],
    ] {
        train(more).fails(1, "/dev/full: could not write");
        let after: Vec<_> = bench.files().iter().map(|name| (name.clone(), bench.read(name))).collect();
        assert!(after == before, "{more:?} left {:?}", bench.files());
    }
    // Who stops reading the report has read enough; the model is published all the same.
    let mut command = bench.command(&["train", "leads.csv", "--target", "converted", "-o", "m.json"]);
    let mut child =
        command.args(["--report", "-"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(bench.read("m.json"), bench.read("model.json"));
    assert_eq!(bench.files().len(), before.len() + 1);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_written_counts_where_nobody_can_be_told() {
    use std::fs::OpenOptions;

    let bench = Bench::trained();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for args in [
        &["train", "leads.csv", "--target", "converted", "-o", "made"][..],
        &["score", "model.json", "leads.csv", "-o", "made"],
    ] {
        let ran = Ran::new(&bench.command(args).stdout(full()).output().unwrap());
        assert!(
            ran.stderr.contains("note: all files are written, but what was done can not be told"),
            "{}",
            ran.stderr
        );
        assert_eq!((ran.code, bench.read("made").is_empty()), (Some(0), false));
        std::fs::remove_file(bench.path("made")).unwrap();
    }
    // Where nothing else is made, it fails.
    let ran =
        Ran::new(&bench.command(&["drift", "model.json", "leads.csv"]).stdout(full()).output().unwrap());
    ran.fails(1, "could not write");
}

#[test]
fn a_report_that_has_no_place_is_refused_before_training() {
    let bench = Bench::new();
    for flag in ["--report", "--report-json"] {
        let train = |path: &str| {
            bench.run(&["train", "absent.csv", "--target", "converted", "-o", "m.json", flag, path])
        };
        train("nowhere/r").fails(1, "error: nowhere/r: expected the folder nowhere to exist");
        train(".").fails(1, "found a folder");
    }
    assert_eq!(bench.files(), ["leads.csv"]);
}

#[cfg(unix)]
#[test]
fn what_is_replaced_keeps_its_mode() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::trained();
    let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    let usual = mode("model.json");
    for wanted in [0o600, 0o640, 0o666] {
        for name in ["scored.csv", "schema.toml"] {
            bench.write(name, "");
            fs::set_permissions(bench.path(name), Permissions::from_mode(wanted)).unwrap();
        }
        bench.run(&["score", "model.json", "leads.csv", "-o", "scored.csv"]).ok();
        bench.run(&["inspect", "leads.csv", "-o", "schema.toml"]).ok();
        assert_eq!([mode("scored.csv"), mode("schema.toml")], [wanted; 2], "{wanted:o}");
        assert!(bench.read("schema.toml").contains("[columns]"));
    }
    bench.run(&["score", "model.json", "leads.csv", "-o", "new.csv"]).ok();
    assert_eq!(mode("new.csv"), usual, "a new one is as any other");
}

#[cfg(unix)]
#[test]
fn what_is_replaced_keeps_its_owner_where_that_may_be() {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, chown, symlink};

    let bench = Bench::trained();
    // A link to what is not there yet stays one, too.
    symlink("real.csv", bench.path("link.csv")).unwrap();
    symlink("link.csv", bench.path("links.csv")).unwrap();
    bench.run(&["score", "model.json", "leads.csv", "-o", "links.csv"]).ok();
    assert!(bench.path("links.csv").is_symlink() && bench.path("link.csv").is_symlink());
    assert!(bench.read("real.csv").starts_with("lead_id,"));
    let both = ["inspect", "leads.csv", "-o", "links.csv", "--schema", "real.csv"];
    bench.run(&both).fails(2, "links.csv would overwrite the schema, real.csv");

    let path = bench.path("real.csv");
    // Any owner for root, who alone may give files away.
    let _ = chown(&path, Some(12_345), Some(23_456));
    let owner = || fs::metadata(&path).map(|about| (about.uid(), about.gid())).unwrap();
    let before = owner();
    bench.run(&["score", "model.json", "leads.csv", "-o", "real.csv"]).ok();
    assert_eq!(owner(), before);
}

#[test]
fn what_a_file_says_does_not_control_the_terminal() {
    let bench = Bench::new();
    let leads = bench.read("leads.csv");
    // Names of columns that clear the screen.
    let wild = leads.replacen("converted", "\u{1b}[2Jwon", 1).replacen("visits", "\u{1b}[2Jvisits", 1);
    bench.write("wild.csv", &wild);
    let target = ["--target", "\u{1b}[2Jwon"];
    let train = bench.run(&[&["train", "wild.csv", "-o", "model.json"], &target[..]].concat());
    let inspect = bench.run(&[&["inspect", "wild.csv"], &target[..]].concat());
    bench.write(
        "new.csv",
        &wild.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect::<String>(),
    );
    let score = bench.run(&["score", "model.json", "new.csv", "-o", "scored.csv"]);
    let drift = bench.run(&["drift", "model.json", "new.csv"]);
    for ran in [train, inspect, score, drift] {
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{}", ran.stderr);
        assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
    }
}

/// What a pipe has brought can not be read again.
#[cfg(target_os = "linux")]
#[test]
fn a_report_has_the_sums_of_what_was_read() {
    let bench = Bench::new();
    bench.write("leads.toml", "[columns]\nrevenue = { role = \"exclude\" }\n");
    let train = |schema: &str| {
        let files = ["train", "leads.csv", "--target", "converted", "-o", "m.json", "--schema", schema];
        bench
            .run_with_input(&[&files, &["--report-json", "r.json"][..]].concat(), &bench.read("leads.toml"))
            .ok();
        let report: serde_json::Value = serde_json::from_str(&bench.read("r.json")).unwrap();
        report["reproduction"]["files"].as_array().unwrap().clone()
    };
    let files = train("leads.toml");
    let roles: Vec<&str> = files.iter().map(|file| file["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["leads", "schema", "model"]);
    assert_eq!(files[1]["bytes"], bench.read("leads.toml").len());
    for piped in ["/dev/stdin", "-"] {
        let again = train(piped);
        assert_eq!(again[1]["sha256"], files[1]["sha256"], "{piped}");
        assert_eq!(again[1]["bytes"], files[1]["bytes"], "{piped}");
        assert_eq!((&again[0], &again[2]), (&files[0], &files[2]), "{piped}");
    }
}

/// A file that a shell appends to is not replaced under its hands.
#[cfg(target_os = "linux")]
#[test]
fn an_open_descriptor_is_written_to_and_stays_what_it_is() {
    use std::fs::OpenOptions;
    use std::os::unix::fs::symlink;

    let bench = Bench::trained();
    let scored = bench.run(&["score", "model.json", "leads.csv"]).ok();
    symlink("/dev/stdout", bench.path("link")).unwrap();
    let appending = |name: &str| {
        bench.write(name, "before\n");
        OpenOptions::new().append(true).open(bench.path(name)).unwrap()
    };
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/../dev/stdout", "link"] {
        let mut command = bench.command(&["score", "model.json", "leads.csv", "-o", name]);
        let ran = Ran::new(&command.stdout(appending("all.csv")).output().unwrap());
        assert!(ran.stderr.starts_with("Scored 600 leads, "), "{name}: {}", ran.stderr);
        ran.ok();
        assert_eq!(bench.read("all.csv"), format!("before\n{scored}"), "{name}");
    }
    let mut command = bench.command(&["score", "model.json", "leads.csv", "-o", "/dev/stderr"]);
    let ran = Ran::new(&command.stderr(appending("all.csv")).output().unwrap());
    assert!(ran.ok().starts_with("Scored 600 leads, "));
    assert_eq!(bench.read("all.csv"), format!("before\n{scored}"));

    // A pipe has no name but that.
    let mut piped = std::process::Command::new("sh");
    piped.args(["-c", "exec \"$@\" 3>&1 >/dev/null", "sh", env!("CARGO_BIN_EXE_sales-ready")]);
    piped.args(["score", "model.json", "leads.csv", "-o", "/dev/fd/3"]).current_dir(bench.path(""));
    assert_eq!(Ran::new(&piped.output().unwrap()).ok(), scored);

    // Any other can not be written to where its other writers are.
    let mut command = bench.command(&["score", "model.json", "new.csv", "-o", "/dev/fd/0"]);
    bench.write("new.csv", &bench.read("leads.csv"));
    let ran = Ran::new(&command.stdin(appending("all.csv")).output().unwrap());
    ran.fails(1, "/dev/fd/0: expected a file by its own name");
    assert_eq!(bench.read("all.csv"), "before\n");
    let mut another =
        std::process::Command::new("sleep").arg("60").stdout(appending("all.csv")).spawn().unwrap();
    let of_another = format!("/proc/{}/fd/1", another.id());
    bench
        .run(&["score", "model.json", "leads.csv", "-o", &of_another])
        .fails(1, "expected a file by its own name");
    another.kill().unwrap();
    another.wait().unwrap();
    assert_eq!(bench.read("all.csv"), "before\n");
    let train = ["train", "leads.csv", "--target", "converted", "-o", "/dev/stdout", "--report", "-"];
    bench.run(&train).fails(2, "standard output is that of -o, standard output");
}

/// Not the temporary file, which nobody knows.
#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_room_the_output_is_named() {
    use std::process::Command;

    let bench = Bench::trained();
    bench.write("few.csv", &bench.read("leads.csv"));
    for (arguments, what) in [
        (
            &["score", "model.json", "leads.csv", "-o", "scored.csv"][..],
            "scored.csv: could not write the scores: ",
        ),
        (&["inspect", "leads.csv", "-o", "leads.toml"], "leads.toml: could not write: "),
    ] {
        let mut command = Command::new("sh");
        // Files that are longer can not be written; the signal that would tell so is not wanted.
        command.args([
            "-c",
            "trap '' XFSZ; ulimit -f 0; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_sales-ready"),
        ]);
        let ran = Ran::new(&command.args(arguments).current_dir(bench.path("")).output().unwrap());
        assert!(!ran.stderr.contains(".sales-ready-"), "{}", ran.stderr);
        ran.fails(1, &format!("error: {what}"));
    }
}

/// A scheduler asks for the exit code, and may read nothing else.
#[cfg(unix)]
#[test]
fn what_was_found_is_told_though_nobody_reads_it() {
    let bench = Bench::trained();
    let leads = bench.read("leads.csv").replace(",web,", ",moon,").replace(",fair,", ",moon,");
    bench.write("moved.csv", &leads);
    let train = ["train", "leads.csv", "--target", "converted", "--exclude", "visits"];
    for (args, code) in [
        (vec!["drift", "model.json", "moved.csv"], 4),
        (vec!["drift", "model.json", "moved.csv", "--json"], 4),
        ([&train[..], &["--replace", "model.json"]].concat(), 4),
    ] {
        let mut child = bench.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_model_that_has_changed_since_it_was_compared_is_not_replaced() {
    use std::process::Command;

    let bench = Bench::trained();
    assert!(Command::new("mkfifo").arg(bench.path("report")).status().unwrap().success());
    for there in [true, false] {
        let place = if there { "model.json" } else { "new.json" };
        let train = ["train", "leads.csv", "--target", "converted", "--exclude", "revenue", "--report"];
        let mut command = bench.command(&[&train[..], &["report", "--replace", place]].concat());
        let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The report is written when all has been compared, and is longer than a pipe holds.
        let mut report = std::fs::File::open(bench.path("report")).unwrap();
        bench.write(place, "another");
        std::io::copy(&mut report, &mut std::io::sink()).unwrap();
        let ran = Ran::new(&run.wait_with_output().unwrap());
        ran.fails(1, &format!("{place}: it has changed since this run read it"));
        assert_eq!(bench.read(place), "another");
        bench.run(&["train", "leads.csv", "--target", "converted", "-o", "model.json"]).ok();
    }
}
