"""The engagement fields of `sales-ready engage` in DuckDB's SQL and in Polars' expressions: `cargo xtask bench touches`.

touches.py duckdb|polars LOG TABLE AS_OF   reads the log and writes the table
touches.py check OURS THEIRS               fails where numbers differ by more than the order of a sum explains
"""

import math
import sys

HALF_LIFE = 14.0
DAY = 86_400_000.0
# As core/src/train/touches/taxonomy.csv has them; stages from 1.
KINDS = {
    "email-open": ("marketing", 1),
    "page-view": ("marketing", 1),
    "email-click": ("marketing", 2),
    "webinar": ("marketing", 3),
    "form-submit": ("marketing", 3),
    "pricing-view": ("marketing", 4),
    "call": ("sales", 0),
    "meeting": ("sales", 3),
}
SIDES = ["marketing", "sales"]


def by_duckdb(log, table, as_of):
    import duckdb

    def when(place):
        cases = " ".join(f"WHEN '{kind}' THEN {about[place]!r}" for kind, about in KINDS.items())
        return f"CASE kind {cases} END"

    recent = [f"coalesce(sum(faded) FILTER (kind = '{kind}'), 0) AS \"{kind}_recent\"" for kind in KINDS]
    since = [f"min(age) FILTER (side = '{side}') AS days_since_last_{side}_touch" for side in SIDES]
    columns = ", ".join(recent + since)
    sql = f"""
    COPY (
      WITH past AS (
        SELECT lead, kind, "at", {when(0)} AS side, {when(1)} AS stage,
          (epoch_ms(TIMESTAMP '{as_of}') - epoch_ms("at")) / {DAY} AS age,
          pow(2, -age / {HALF_LIFE}) AS faded,
          lag(side) OVER (PARTITION BY lead ORDER BY "at", kind) AS before
        FROM read_csv('{log}', columns = {{'lead': 'VARCHAR', 'at': 'TIMESTAMP', 'kind': 'VARCHAR'}}, header = true)
        WHERE "at" <= TIMESTAMP '{as_of}'
      )
      SELECT lead, {columns}, min(age) AS days_since_last_touch, max(age) AS days_since_first_touch,
        count(DISTINCT "at"::DATE) AS active_days,
        CASE WHEN active_days > 1 THEN (max("at"::DATE) - min("at"::DATE)) / (active_days - 1)::DOUBLE END
          AS days_between_active_days,
        count(DISTINCT kind) AS kinds_of_touches, count(*) FILTER (before <> side) AS changes_of_side,
        max(stage) AS furthest_stage
      FROM past GROUP BY lead ORDER BY lead
    ) TO '{table}' (HEADER, DELIMITER ',')
    """
    duckdb.sql(sql)


def by_polars(log, table, as_of):
    import polars as pl

    end = pl.lit(as_of).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="ms")
    kind, side, at, age, faded = (pl.col(name) for name in ["kind", "side", "at", "age", "faded"])
    day = at.dt.date()
    days = day.n_unique()
    past = (
        pl.scan_csv(log, schema={"lead": pl.String, "at": pl.String, "kind": pl.String})
        .with_columns(at.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms"))
        .filter(at <= end)
        .with_columns(
            kind.replace_strict({name: about[0] for name, about in KINDS.items()}).alias("side"),
            kind.replace_strict({name: about[1] for name, about in KINDS.items()}).alias("stage"),
            ((end - at).dt.total_milliseconds() / DAY).alias("age"),
        )
        .with_columns((2.0 ** (-age / HALF_LIFE)).alias("faded"))
        .sort("lead", "at", "kind")
    )
    columns = [faded.filter(kind == name).sum().alias(f"{name}_recent") for name in KINDS]
    columns += [age.filter(side == name).min().alias(f"days_since_last_{name}_touch") for name in SIDES]
    columns += [
        age.min().alias("days_since_last_touch"),
        age.max().alias("days_since_first_touch"),
        days.alias("active_days"),
        pl.when(days > 1)
        .then((day.max() - day.min()).dt.total_days() / (days - 1).cast(pl.Float64))
        .alias("days_between_active_days"),
        kind.n_unique().alias("kinds_of_touches"),
        (side != side.shift()).sum().alias("changes_of_side"),
        pl.col("stage").max().alias("furthest_stage"),
    ]
    past.group_by("lead", maintain_order=True).agg(columns).sink_csv(table)


def check(ours, theirs):
    import polars as pl

    a, b = (pl.read_csv(path, infer_schema_length=None) for path in (ours, theirs))
    a, b = a.sort("lead"), b.sort("lead")
    if not a["lead"].equals(b["lead"]):
        sys.exit(f"the leads differ: {a.height} and {b.height}")
    fields = [name for name in a.columns if name not in ("lead", "as_of")]
    if set(fields) != set(b.columns) - {"lead"}:
        sys.exit(f"the fields differ: {sorted(set(fields) ^ (set(b.columns) - {'lead'}))}")
    worst = 0.0
    for name in fields:
        left, right = a[name].cast(pl.Float64), b[name].cast(pl.Float64)
        if not left.is_null().equals(right.is_null()):
            sys.exit(f"{name} is missing in other rows")
        difference = ((left - right).abs() / (right.abs() + 1e-12)).max()
        worst = max(worst, 0.0 if difference is None or math.isnan(difference) else difference)
        # The last digits of a sum depend on its order, which DuckDB and Polars leave open.
        if difference is not None and difference > 1e-9:
            sys.exit(f"{name} differs by {difference:.1e} of its value")
    print(f"{a.height} rows, {len(fields)} fields: alike, the worst by {worst:.0e} of its value")


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    {"duckdb": by_duckdb, "polars": by_polars, "check": check}[task](*arguments)
