"""The Python side of `cargo xtask bench`: does what it is asked, and says how long that took.

Each line of standard input is a question, a JSON object with what to `do`; each line of standard output its answer. It
stays between questions, as the Rust side does, so that neither is charged for starting.
"""

import json
import sys
import time
import traceback
from importlib import metadata

import models
from models import TARGET


def about(_):
    """The machine, the moment and what is installed."""
    import datetime
    import os
    import platform

    def first(path, key):
        try:
            with open(path, encoding="utf-8") as lines:
                return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(key))
        except (OSError, StopIteration):
            return ""

    installed = ["polars", "pandas", "duckdb", "numpy", "scikit-learn", "lightgbm", "interpret-core"]
    versions = {"Python": platform.python_version()}
    for name in installed:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    memory = first("/proc/meminfo", "MemTotal").split()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "processor": first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": int(memory[0]) * 1024 if memory else 0,
        "system": f"{platform.system()} {platform.release()}",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0,
        "versions": versions,
    }


def read(question):
    file = question["file"]
    by = {"polars": read_polars, "pandas": read_pandas, "duckdb": read_duckdb}[question["by"]]
    start = time.perf_counter()
    by(file)
    return {"seconds": time.perf_counter() - start}


def read_polars(file):
    import polars

    return polars.read_csv(file)


def read_pandas(file):
    import pandas

    return pandas.read_csv(file)


def read_duckdb(file):
    import duckdb

    connection = duckdb.connect()
    connection.execute("CREATE TABLE leads AS FROM read_csv(?)", [file])
    connection.close()


KEPT = {}


def matrix(file):
    """The fields and the label, in the order in which scikit-learn wants them."""
    import numpy
    import polars

    if file not in KEPT:
        KEPT.clear()  # Two large tables are not held at once.
        data = polars.read_csv(file)
        KEPT[file] = numpy.ascontiguousarray(data.drop(TARGET).to_numpy()), data[TARGET].to_numpy()
    return KEPT[file]


def fit(question):
    """scikit-learn's logistic regression with a penalty of 1, by one of its solvers; or EBM's main effects."""
    import numpy

    fields, converted = matrix(question["file"])
    if question["by"] == "ebm":
        from interpret.glassbox import ExplainableBoostingClassifier

        model = ExplainableBoostingClassifier(interactions=0)
    else:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(solver=question["by"], tol=question.get("tol", 1e-4), max_iter=1000)
    start = time.perf_counter()
    model.fit(fields, converted)
    seconds = time.perf_counter() - start
    if question["by"] == "ebm":
        probability = model.predict_proba(fields)[:, 1]
        loss = -numpy.log(numpy.where(converted == 1, probability, 1 - probability)).mean()
        return {"seconds": seconds, "log_loss": float(loss)}
    logit = fields @ model.coef_[0] + model.intercept_[0]
    loss = numpy.logaddexp(0, numpy.where(converted == 1, -logit, logit)).mean()
    return {"seconds": seconds, "log_loss": float(loss), "iterations": int(model.n_iter_[0])}


def log_loss(question):
    """Of leads that a model has not seen: by the probabilities of a scored file, or by a model of `models.py`."""
    import numpy
    import polars

    data = polars.read_csv(question["file"], infer_schema_length=None)
    converted = data[TARGET].to_numpy()
    by = question["by"]
    if by == "scored":
        probability = data["probability"].to_numpy()
    elif by == "lightgbm":
        import lightgbm

        trees = lightgbm.Booster(model_file=question["model"])
        probability = trees.predict(data.drop(TARGET).to_numpy())
    else:
        probability = 1 / (1 + numpy.exp(-models.logits(question["model"], data.drop(TARGET).to_numpy())))
    likelihood = numpy.where(converted == 1, probability, 1 - probability)
    return {"log_loss": float(-numpy.log(likelihood).mean())}


TASKS = {"about": about, "read": read, "fit": fit, "log_loss": log_loss}


def main():
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = TASKS[question["do"]](question)
        except Exception:  # Whatever it is, the reader of the benchmark must see it.
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
