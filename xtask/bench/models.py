"""What peers do from file to file, as processes of their own, for `cargo xtask bench`.

models.py linear-cv|linear|lightgbm LEADS MODEL   learns from a CSV file and writes a model
models.py score MODEL LEADS SCORED                scores a CSV file with a linear model
"""

import json
import sys

TARGET = "converted"


def table(leads):
    import pandas

    data = pandas.read_csv(leads)
    return data.drop(columns=TARGET).to_numpy(), data[TARGET].to_numpy()


def linear_cv(leads, model):
    from sklearn.linear_model import LogisticRegressionCV

    save_linear(LogisticRegressionCV(cv=5, Cs=10).fit(*table(leads)), model)


def linear(leads, model):
    from sklearn.linear_model import LogisticRegression

    save_linear(LogisticRegression().fit(*table(leads)), model)


def save_linear(fitted, model):
    with open(model, "w", encoding="utf-8") as file:
        json.dump({"intercept": fitted.intercept_[0], "coefficients": fitted.coef_[0].tolist()}, file)


def lightgbm(leads, model):
    from lightgbm import LGBMClassifier

    trees = LGBMClassifier(n_estimators=200, num_leaves=15, verbose=-1)
    trees.fit(*table(leads)).booster_.save_model(model)


def logits(model, values):
    with open(model, encoding="utf-8") as file:
        fitted = json.load(file)
    return values @ fitted["coefficients"] + fitted["intercept"]


def score(model, leads, scored):
    import numpy
    import polars

    data = polars.read_csv(leads)
    logit = logits(model, data.drop(TARGET, strict=False).to_numpy())
    probability = 1 / (1 + numpy.exp(-logit))
    data.with_columns(logit=logit, probability=probability).write_csv(scored)


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    {"linear-cv": linear_cv, "linear": linear, "lightgbm": lightgbm, "score": score}[task](*arguments)
