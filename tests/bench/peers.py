"""Ours and theirs on one machine, alternately, in one run.

peers.py --weir PROGRAM --bench PROGRAM [--data CSV] [--only TEXT] [--rounds N] [--markdown FILE]

Prints a line `name, value, unit` of every measurement and of every ratio, tab-separated, then Markdown tables, which go into
FILE as well. tests/bench/README.md says what is measured how, and how to make a Python that has the peers; what is
missing is left out and named.
"""
import argparse
import contextlib
import datetime
import logging
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

NETS = {"32-32-32": [32, 32, 32], "200-200": [200, 200], "1024-1024-2048": [1024, 1024, 2048]}
THREADS = 2
RESULTS = {}  # name -> list of values, one per round
UNITS = {}


def note(name, value, unit):
    RESULTS.setdefault(name, []).append(value)
    UNITS[name] = unit
    print(f"{name}\t{value:.5g}\t{unit}", flush=True)


def middle(name):
    return statistics.median(RESULTS[name]) if name in RESULTS else None


def missing(what, why):
    print(f"# {what} is left out: {why}", file=sys.stderr)


# Ours ------------------------------------------------------------------------------------


class Weir:
    def __init__(self, args, folder):
        self.bench, self.weir = args.bench, args.weir
        self.env = dict(os.environ, BENCH_DATA=args.data, BENCH_QUICK="1", BENCH_KEEP=folder, BENCH_WEIR=args.weir)

    def lines(self, pattern):
        """Runs the bench for `pattern`: name -> value."""
        out = subprocess.run([self.bench, "^" + pattern], env=self.env, stdout=subprocess.PIPE, text=True, check=True).stdout
        rows = [line.split("\t") for line in out.splitlines()[1:] if line.count("\t") == 6]
        return {row[0]: float(row[1]) for row in rows}

    def rate(self, pattern, name):
        return self.lines(pattern)[name]

    def run(self, script, path):
        """Seconds of `weir -e script path`."""
        begin = time.perf_counter()
        subprocess.run([self.weir, "-e", script, path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin


# PyTorch ----------------------------------------------------------------------------------


class Torch:
    def __init__(self, data):
        import numpy as np
        import torch

        self.torch = torch
        torch.set_num_threads(THREADS)
        table = np.loadtxt(data, delimiter=",", dtype=np.uint8, max_rows=10000)
        x = table[:, :-1].astype("float32")
        x = x[:, x.std(axis=0) > 0]
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        self.x, self.y = torch.tensor(x), torch.tensor(table[:, -1].astype("int64"))

    def net(self, hidden, drop):
        nn = self.torch.nn
        layers, last = [], self.x.shape[1]
        if drop:
            layers.append(nn.Dropout(0.2))
        for units in hidden:
            layers += [nn.Linear(last, units), nn.ReLU()]
            last = units
            if drop:
                layers.append(nn.Dropout(0.5))
        return nn.Sequential(*layers, nn.Linear(last, 10))

    def train(self, hidden, drop, batch, seconds=2.5, bf16=False):
        torch = self.torch
        net, n = self.net(hidden, drop), len(self.x)
        step = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
        loss = torch.nn.CrossEntropyLoss()
        done, begin, warm = 0, None, 0
        while True:
            for at in torch.randperm(n).split(batch):
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
                    error = loss(net(self.x[at]), self.y[at])
                step.zero_grad()
                error.backward()
                step.step()
                warm += 1
                if warm == 5:
                    begin = time.perf_counter()
                elif warm > 5:
                    done += len(at)
                    if time.perf_counter() - begin > seconds:
                        return done / (time.perf_counter() - begin)

    def predict(self, hidden, one, seconds=1.5):
        torch = self.torch
        net = self.net(hidden, False).eval()
        done, n = 0, len(self.x)
        with torch.inference_mode():
            net(self.x)
            begin = time.perf_counter()
            while time.perf_counter() - begin < seconds:
                if one:
                    for i in range(200):
                        net(self.x[i : i + 1])
                    done += 200
                else:
                    net(self.x)
                    done += n
            return done / (time.perf_counter() - begin)


def sklearn_rate(torch):
    from sklearn.neural_network import MLPClassifier

    m = MLPClassifier((200, 200), batch_size=128, max_iter=1)
    x, y = torch.x.numpy(), torch.y.numpy()
    m.partial_fit(x, y, classes=list(range(10)))
    begin, rounds = time.perf_counter(), 0
    while time.perf_counter() - begin < 2:
        m.partial_fit(x, y)
        rounds += 1
    return rounds * len(x) / (time.perf_counter() - begin)


# H2O --------------------------------------------------------------------------------------


class H2O:
    # About what two cores do, rows/s: how long a training must be to take some seconds.
    GUESS = {(32, True): 15000, (32, False): 5000, (200, True): 3000, (200, False): 800, (1024, True): 90, (1024, False): 60}

    def __init__(self, data):
        logging.disable(logging.WARNING)
        warnings.simplefilter("ignore")
        import h2o

        self.h2o, self.frame, self.data = h2o, None, data
        begin = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):
            h2o.init(nthreads=THREADS, max_mem_size="4g", verbose=False, strict_version_check=False)
        note("start.time.H2O", time.perf_counter() - begin, "s")
        h2o.no_progress()

    def load(self):
        if self.frame is None:
            self.frame = self.h2o.import_file(self.data)
            self.y = self.frame.columns[-1]
            self.frame[self.y] = self.frame[self.y].asfactor()
            self.seconds([200, 200], True, False, 6000)  # the compiler's share

    def model(self, hidden, drop, **more):
        from h2o.estimators import H2ODeepLearningEstimator

        return H2ODeepLearningEstimator(
            hidden=hidden, activation="RectifierWithDropout" if drop else "Rectifier", input_dropout_ratio=0.2 if drop else 0,
            l1=1e-5, seed=1, stopping_rounds=0, overwrite_with_best_model=False, **more)

    def seconds(self, hidden, sparse, drop, rows):
        """The server's own seconds for a training of so many rows in one iteration."""
        m = self.model(hidden, drop, sparse=sparse, epochs=rows / self.frame.nrow, train_samples_per_iteration=rows,
                       score_interval=1e6, score_training_samples=100, variable_importances=False)
        m.train(y=self.y, training_frame=self.frame)
        out = m._model_json["output"]
        return out["run_time"] / 1000, float(m.scoring_history()["samples"].iloc[-1])

    def train(self, hidden, sparse, drop):
        """Rows per second as the slope between a short training and a long one: start and end do not count."""
        guess = self.GUESS[hidden[0], sparse] * (2 if drop else 1)
        t1, n1 = self.seconds(hidden, sparse, drop, guess * 2)
        rows = guess * 8
        while True:
            t2, n2 = self.seconds(hidden, sparse, drop, rows)
            if t2 - t1 >= 5 or rows >= guess * 128:
                return (n2 - n1) / (t2 - t1)
            rows *= 2 if t2 - t1 > 2 else 4

    def import_speed(self, path):
        begin = time.perf_counter()
        f = self.h2o.import_file(path)
        took = time.perf_counter() - begin
        self.h2o.remove(f)
        return took

    def memory(self):
        """Resident megabytes of the server."""
        pid = self.h2o.cluster().nodes[0]["pid"]
        text = open(f"/proc/{pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024

    def trial(self):
        begin = time.perf_counter()
        self.model([32, 32, 32], True, sparse=True, epochs=10).train(y=self.y, training_frame=self.frame)
        return time.perf_counter() - begin

    def close(self):
        self.h2o.cluster().shutdown()


# The works -----------------------------------------------------------------------------------

WORKS = [  # name, in words, the peer to beat, by how much
    ("row.32-32-32.sparse.plain", "row by row, 32-32-32, sparse", "H2O", 14),
    ("row.32-32-32.sparse.dropout", "the same with dropout", "H2O", 11),
    ("row.200-200.sparse.plain", "row by row, 200-200, sparse", "H2O", 16),
    ("row.200-200.sparse.dropout", "the same with dropout", "H2O", 12),
    ("row.200-200.dense.plain", "row by row, 200-200, dense", "H2O", 25),
    ("row.200-200.dense.dropout", "the same with dropout", "H2O", 16),
    ("row.1024-1024-2048.sparse.plain", "row by row, 1024-1024-2048, sparse", "H2O", 30),
    ("row.1024-1024-2048.sparse.dropout", "the same with dropout", "H2O", 18),
    ("batch128.200-200.plain", "batches of 128, Adam, 200-200", "PyTorch", 1.5),
    ("batch128.200-200.dropout", "the same with dropout", "PyTorch", 4),
    ("batch128.1024-1024-2048.plain", "batches of 128, Adam, 1024-1024-2048", "PyTorch", 1.7),
    ("batch128.1024-1024-2048.dropout", "the same with dropout", "PyTorch", 2.8),
    ("batch512.1024-1024-2048.plain", "batches of 512, Adam, 1024-1024-2048", "PyTorch", 1.3),
    ("batch512.1024-1024-2048.dropout", "the same with dropout", "PyTorch", 2.5),
    ("bf16.batch512.1024-1024-2048.plain", "the same in bf16, plain", "PyTorch", 1),
    ("bf16.batch512.1024-1024-2048.dropout", "the same in bf16 with dropout", "PyTorch", 1),
    ("score.200-200", "predict 10,000 rows, 200-200", "PyTorch", 1),
    ("score.1024-1024-2048", "predict 10,000 rows, 1024-1024-2048", "PyTorch", 1),
    ("score.200-200.one_row", "predict one row at a time, 200-200", "PyTorch", 8),
]
IMPORTS = [("import.ints", "MNIST, 60,000 x 785 whole numbers", "digits.csv"),
           ("import.floats", "500,000 x 20 numbers of 6 to 8 digits", "floats.csv"),
           ("import.gz", "the first as gzip", "digits.csv.gz")]
READERS = ["polars", "pyarrow", "pandas", "duckdb"]


def measure(name, weir, torch, h2o):
    """One line of the table for each that can."""
    part = name.split(".")
    if part[0] == "row":
        note(f"{name}.weir", weir.rate(name, f"{name}.2t.wall"), "rows/s")
        hidden, drop = NETS[part[1]], part[3] == "dropout"
        if h2o:
            note(f"{name}.H2O", h2o.train(hidden, part[2] == "sparse", drop), "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.train(hidden, drop, 1), "rows/s")
    elif part[0] == "score":
        one = part[-1] == "one_row"
        ours = name if one else f"{name}.2t"
        note(f"{name}.weir", weir.rate(ours, ours), "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.predict(NETS[part[1]], one), "rows/s")
    else:
        size, net, drop = part[-3:]
        found = weir.lines(name).get(f"{name}.2t.wall")
        if found is None:
            missing(name, "this processor has no matrix units")
            return
        note(f"{name}.weir", found, "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.train(NETS[net], drop == "dropout", int(size[5:]), bf16=part[0] == "bf16"), "rows/s")


def reader(name):
    """Reads a CSV whole into memory; header or not."""
    if name == "polars":
        import polars

        return lambda path, header: polars.read_csv(path, has_header=header)
    if name == "pyarrow":
        from pyarrow import csv

        return lambda path, header: csv.read_csv(path, csv.ReadOptions(autogenerate_column_names=not header))
    if name == "pandas":
        import pandas

        return lambda path, header: pandas.read_csv(path, header=0 if header else None)
    import duckdb

    def read(path, header):
        with duckdb.connect() as db:
            db.execute(f"set threads = {THREADS}")
            db.execute(f"create table t as select * from read_csv('{path}', header = {str(header).lower()})")

    return read


def read_everywhere(name, file, folder, weir, h2o):
    lines = weir.lines(name)  # the files are there from now on
    path, header = os.path.join(folder, file), "floats" in name
    text = os.path.getsize(path.removesuffix(".gz")) / 1e6
    note(f"{name}.weir", lines[f"{name}.2t"], "MB/s")
    for extra, unit in (("frame", "MB"), ("memory", "MB"), ("share", "of inflate")):
        if f"{name}.{extra}" in lines:
            note(f"{name}.{extra}.weir", lines[f"{name}.{extra}"], unit)
    for who in READERS:
        try:
            read = reader(who)
        except ImportError as e:
            missing(who, e)
            continue
        begin = time.perf_counter()
        read(path, header)
        note(f"{name}.{who}", text / (time.perf_counter() - begin), "MB/s")
    if h2o:
        note(f"{name}.H2O", text / h2o.import_speed(path), "MB/s")


TRIAL = """weir.progress(false) local f = weir.import_file(arg[1]) local y = f:names()[#f:names()] f[y] = f[y]:asfactor()
weir.deeplearning{ y = y, training_frame = f, activation = "RectifierWithDropout", hidden = { 32, 32, 32 },
  input_dropout_ratio = 0.2, sparse = true, l1 = 1e-5, epochs = 10, seed = 1, stopping_rounds = 0, overwrite_with_best_model = false }"""


def whole_jobs(weir, digits, h2o):
    """Start, the booklet's trial run from file to model, memory."""
    start = weir.lines("start")
    note("start.time.weir", start["start.time"] / 1000, "s")
    note("memory.weir", weir.lines("job.200-200")["job.200-200.memory"], "MB")
    note("trial.weir", weir.run(TRIAL, digits), "s")
    if h2o:
        h2o.load()
        took = h2o.import_speed(digits)
        note("trial.H2O", took + h2o.trial(), "s")
        note("memory.H2O", h2o.memory(), "MB")


# What is printed -----------------------------------------------------------------------------


def figure(v):
    if v is None:
        return ""
    return f"{v / 1e6:.3g}M" if v >= 1e6 else f"{v / 1000:.3g}k" if v >= 1000 else f"{v:.3g}"


def cpu():
    with open("/proc/cpuinfo") as f:
        found = re.search(r"model name\s*:\s*(.*)", f.read())
    return found.group(1) if found else "unknown processor"


def ratios():
    print()
    for name, _, peer, least in WORKS:
        mine, theirs = middle(f"{name}.weir"), middle(f"{name}.{peer}")
        if mine and theirs:
            print(f"{name}.ratio\t{mine / theirs:.3g}\tx {peer}, at least {least} is wanted")


def table_of_works():
    out = ["| rows/s | weir | H2O | PyTorch | ratio |", "|---|---|---|---|---|"]
    for name, words, peer, _ in WORKS:
        mine, theirs = middle(f"{name}.weir"), middle(f"{name}.{peer}")
        if mine:
            ratio = f"{mine / theirs:.1f} x {peer}" if theirs else ""
            out.append(f"| {words} | {figure(mine)} | {figure(middle(name + '.H2O'))} | {figure(middle(name + '.PyTorch'))} | {ratio} |")
    return out if len(out) > 2 else []


def table_of_imports():
    peers = READERS + ["H2O"]
    out = ["| import, MB of text/s | weir | " + " | ".join(peers) + " |", "|---|---" + "|---" * len(peers) + "|"]
    for name, words, _ in IMPORTS:
        if middle(f"{name}.weir"):
            out.append(f"| {words} | {figure(middle(name + '.weir'))} | " + " | ".join(figure(middle(f"{name}.{p}")) for p in peers) + " |")
    return out if len(out) > 2 else []


def table_of_jobs():
    out = ["| whole jobs | weir | H2O |", "|---|---|---|"]
    for name, words, unit in (("start.time", "start", "s"), ("trial", "trial run: file to model, 32-32-32, 10 epochs", "s"),
                              ("memory", "resident memory, MNIST and 200-200", "MB")):
        if middle(f"{name}.weir"):
            theirs = middle(f"{name}.H2O")
            out.append(f"| {words} | {middle(name + '.weir'):.3g} {unit} | {f'{theirs:.3g} {unit}' if theirs else ''} |")
    return out if len(out) > 2 else []


def markdown(rounds, versions):
    text = [f"{cpu()}, {THREADS} threads, {datetime.date.today():%-d %B %Y}, "
            f"{'median of ' + str(rounds) + ' rounds' if rounds > 1 else 'one round'}; {', '.join(versions)}.", ""]
    for table in (table_of_works(), table_of_imports(), table_of_jobs()):
        text += table + [""] if table else []
    learn = middle("batch128.200-200.plain.scikit-learn")
    if learn:
        text += [f"scikit-learn's MLP, batches of 128, Adam, 200-200: {figure(learn)} rows/s.", ""]
    return "\n".join(text)


def versions():
    from importlib import metadata

    for package, name in (("h2o", "H2O"), ("torch", "PyTorch"), ("scikit-learn", "scikit-learn"), ("polars", "polars"),
                          ("pyarrow", "pyarrow"), ("pandas", "pandas"), ("duckdb", "duckdb")):
        if any(key.endswith(f".{name}") for key in RESULTS):
            yield f"{name} {metadata.version(package).split('+')[0]}"


def load(kind, name, data):
    try:
        return kind(data)
    except Exception as e:  # no module, no Java, no memory: the others go on
        missing(name, e)
        return None


def rounds_of(args, folder):
    weir = Weir(args, folder)
    works = [w[0] for w in WORKS if args.only in w[0]]
    imports = [w for w in IMPORTS if args.only in w[0]]
    jobs = args.only in "jobs"
    weir.lines("import.gz")  # writes the digits, plain and packed
    digits = os.path.join(folder, "digits.csv")
    torch = load(Torch, "torch", digits) if works else None
    h2o = load(H2O, "h2o", digits) if imports or jobs or any(w.startswith("row") for w in works) else None
    try:
        if h2o and any(w.startswith("row") for w in works):
            h2o.load()
        for _ in range(args.rounds):
            for name in works:
                measure(name, weir, torch, h2o)
            for name, _, file in imports:
                read_everywhere(name, file, folder, weir, h2o)
        if jobs:
            whole_jobs(weir, digits, h2o)
        if torch and "batch128.200-200.plain" in works:
            try:
                note("batch128.200-200.plain.scikit-learn", sklearn_rate(torch), "rows/s")
            except ImportError as e:
                missing("scikit-learn", e)
    finally:
        if h2o:
            h2o.close()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weir", required=True)
    p.add_argument("--bench", required=True)
    p.add_argument("--data", default="", help="real digits: CSV or its gzip, 784 columns 0 ... 255, the class last, no header")
    p.add_argument("--only", default="", help="works whose name contains this: row.200, batch128, score, import, jobs")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--markdown", help="the tables go into this file as well")
    args = p.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("peers.py: terminated"))  # the server must not stay behind
    args.weir, args.bench = os.path.abspath(args.weir), os.path.abspath(args.bench)
    folder = tempfile.mkdtemp(prefix="weir-peers-")
    try:
        rounds_of(args, folder)
    finally:
        shutil.rmtree(folder)
    ratios()
    text = markdown(args.rounds, list(versions()))
    print("\n" + text)
    if args.markdown:
        with open(args.markdown, "w") as f:
            f.write(text)


if __name__ == "__main__":
    main()
