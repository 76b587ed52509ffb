"""Ours and theirs on one machine, alternately, in one run.

peers.py --weir PROGRAM --bench PROGRAM --data CSV [--only TEXT] [--rounds N]

Prints one line `name value unit` each, tab-separated, then a Markdown table. The data are
handwritten digits: no header, 784 columns 0 ... 255, the class last. Needs a Python with torch,
h2o (and Java), scikit-learn and polars; what is missing is left out and named:

    python3 -m venv peers && peers/bin/pip install torch h2o scikit-learn polars
"""
import argparse
import datetime
import logging
import os
import re
import statistics
import subprocess
import sys
import time
import warnings

NETS = {"32-32-32": [32, 32, 32], "200-200": [200, 200], "1024-1024-2048": [1024, 1024, 2048]}
THREADS = 2
RESULTS = {}  # name -> list of values, one per round


def note(name, value, unit):
    RESULTS.setdefault(name, []).append(value)
    print(f"{name}\t{value:.5g}\t{unit}", flush=True)


def middle(name):
    return statistics.median(RESULTS[name]) if name in RESULTS else None


# Ours ------------------------------------------------------------------------------------


def ours(args, pattern, wanted):
    """Runs the bench for `pattern`; gives the figures of `wanted`, a list of names."""
    env = dict(os.environ, BENCH_DATA=args.data, BENCH_QUICK="1")
    out = subprocess.run([args.bench, pattern], env=env, capture_output=True, text=True, check=True).stdout
    found = dict(line.split("\t")[:2] for line in out.splitlines() if line.count("\t") >= 2)
    return [float(found[w]) for w in wanted]


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


# H2O --------------------------------------------------------------------------------------


class H2O:
    def __init__(self, data):
        logging.disable(logging.WARNING)
        warnings.simplefilter("ignore")
        import h2o

        self.h2o = h2o
        begin = time.perf_counter()
        h2o.init(nthreads=THREADS, max_mem_size="4g", verbose=False)
        note("start.h2o", time.perf_counter() - begin, "s")
        h2o.no_progress()
        begin = time.perf_counter()
        self.frame = h2o.import_file(data)
        note("import.h2o", os.path.getsize(data) / 1e6 / (time.perf_counter() - begin), "MB/s")
        self.y = self.frame.columns[-1]
        self.frame[self.y] = self.frame[self.y].asfactor()

    def model(self, hidden, sparse, drop, **more):
        from h2o.estimators import H2ODeepLearningEstimator

        return H2ODeepLearningEstimator(
            hidden=hidden, activation="RectifierWithDropout" if drop else "Rectifier", sparse=sparse,
            input_dropout_ratio=0.2 if drop else 0, l1=1e-5, score_training_samples=100, seed=1,
            variable_importances=False, stopping_rounds=0, overwrite_with_best_model=False, **more)

    def train(self, hidden, sparse, drop, seconds=8):
        rows = {32: 60000, 200: 8000}.get(hidden[0], 300)  # of an iteration: some seconds' worth
        m = self.model(hidden, sparse, drop, epochs=1e4, max_runtime_secs=seconds, score_interval=1e6,
                       train_samples_per_iteration=rows)
        m.train(y=self.y, training_frame=self.frame)
        speed = m.scoring_history()["training_speed"].iloc[-1]
        return float(re.match(r"[\d.]+", str(speed)).group())

    def memory(self):
        """Resident megabytes of the server."""
        pid = self.h2o.cluster().nodes[0]["pid"]
        text = open(f"/proc/{pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024

    def close(self):
        self.h2o.cluster().shutdown()


# The works -----------------------------------------------------------------------------------


def rows_of_table():
    """(work, our name, [(peer, their name)], goal as a multiple of the first peer that has it)"""
    goal = {"32-32-32.sparse": (14, 11), "200-200.sparse": (16, 12), "200-200.dense": (25, 16),
            "1024-1024-2048.sparse": (30, 18)}
    for key, goals in goal.items():
        for drop, least in zip(("plain", "dropout"), goals):
            yield f"row.{key}.{drop}", "H2O", least
    for name, least in (("batch128.200-200.plain", 1.5), ("batch128.200-200.dropout", 4),
                        ("batch128.1024-1024-2048.plain", 1.7), ("batch128.1024-1024-2048.dropout", 2.8),
                        ("batch512.1024-1024-2048.plain", 1.3), ("batch512.1024-1024-2048.dropout", 2.5),
                        ("bf16.batch512.1024-1024-2048.plain", 1), ("bf16.batch512.1024-1024-2048.dropout", 1),
                        ("score.200-200", 1), ("score.1024-1024-2048", 1), ("score.200-200.one_row", 8)):
        yield name, "PyTorch", least


def measure(args, name, torch, h2o):
    part = name.split(".")
    if part[0] == "row":
        note(f"{name}.weir", ours(args, name, [f"{name}.2t.wall"])[0], "rows/s")
        hidden, drop = NETS[part[1]], part[3] == "dropout"
        if h2o:
            note(f"{name}.H2O", h2o.train(hidden, part[2] == "sparse", drop), "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.train(hidden, drop, 1), "rows/s")
    elif part[0] == "score":
        one = part[-1] == "one_row"
        note(f"{name}.weir", ours(args, name if one else f"{name}.2t", [name if one else f"{name}.2t"])[0], "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.predict(NETS[part[1]], one), "rows/s")
    else:
        size, net, drop = part[-3:]
        note(f"{name}.weir", ours(args, f"{name}.2t", [f"{name}.2t.wall"])[0], "rows/s")
        if torch:
            note(f"{name}.PyTorch", torch.train(NETS[net], drop == "dropout", int(size[5:]), bf16=part[0] == "bf16"), "rows/s")


def child(command):
    """Seconds and resident megabytes of a program."""
    begin = time.perf_counter()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, use = os.wait4(p.pid, 0)
    if status:
        sys.exit(f"peers: {' '.join(command)} failed")
    return time.perf_counter() - begin, use.ru_maxrss / 1024


def whole_jobs(args, h2o, rounds):
    """Start, import and a whole small training."""
    start = min(child([args.weir, "-e", ""])[0] for _ in range(5 * rounds))
    note("start.weir", start, "s")
    size = os.path.getsize(args.data) / 1e6
    took = min(child([args.weir, "-e", f"weir.import_file({args.data!r})"])[0] for _ in range(rounds))
    note("import.weir", size / (took - start), "MB/s")
    script = (f"local f = weir.import_file({args.data!r}) local y = f:names()[#f:names()] f[y] = f[y]:asfactor() "
              "weir.deeplearning{ y = y, training_frame = f, hidden = {200, 200}, epochs = 1, seed = 1 }")
    took, memory = child([args.weir, "-e", script])
    note("job.200-200.weir", took, "s")
    note("memory.200-200.weir", memory, "MB")
    try:
        import polars

        begin = time.perf_counter()
        polars.read_csv(args.data, has_header=False)
        note("import.polars", size / (time.perf_counter() - begin), "MB/s")
    except ImportError:
        print("# polars is not installed", file=sys.stderr)
    if h2o:
        begin = time.perf_counter()
        h2o.model([200, 200], False, False, epochs=1).train(y=h2o.y, training_frame=h2o.frame)
        note("job.200-200.h2o", time.perf_counter() - begin, "s")
        note("memory.200-200.h2o", h2o.memory(), "MB")


def sklearn_rate(torch):
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        print("# scikit-learn is not installed", file=sys.stderr)
        return
    m = MLPClassifier((200, 200), batch_size=128, max_iter=1)
    x, y = torch.x.numpy(), torch.y.numpy()
    m.partial_fit(x, y, classes=list(range(10)))
    begin, rounds = time.perf_counter(), 0
    while time.perf_counter() - begin < 2:
        m.partial_fit(x, y)
        rounds += 1
    note("batch128.200-200.plain.scikit-learn", rounds * len(x) / (time.perf_counter() - begin), "rows/s")


def figure(v):
    return "" if v is None else f"{v / 1000:.3g}k" if v >= 1000 else f"{v:.3g}"


def cpu():
    with open("/proc/cpuinfo") as f:
        found = re.search(r"model name\s*:\s*(.*)", f.read())
    return found.group(1) if found else "unknown processor"


def table():
    print(f"\n{cpu()}, {THREADS} threads, {datetime.date.today()}; rows/s, median of the rounds\n")
    print("| work | weir | H2O | PyTorch | ratio | goal |\n|---|---|---|---|---|---|")
    for name, peer, least in rows_of_table():
        mine, theirs = middle(f"{name}.weir"), middle(f"{name}.{peer}")
        if mine is None:
            continue
        ratio = f"{mine / theirs:.1f} x {peer}" if theirs else ""
        print(f"| {name} | {figure(mine)} | {figure(middle(name + '.H2O'))} | {figure(middle(name + '.PyTorch'))} "
              f"| {ratio} | {least} x |")


def load(kind, name, data):
    try:
        return kind(data)
    except ImportError as e:
        print(f"# {name} is left out: {e}", file=sys.stderr)
        return None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weir", required=True)
    p.add_argument("--bench", required=True)
    p.add_argument("--data", required=True)
    p.add_argument("--only", default="", help="works whose name contains this")
    p.add_argument("--rounds", type=int, default=2)
    args = p.parse_args()
    names = [n for n, _, _ in rows_of_table() if args.only in n]
    torch = load(Torch, "torch", args.data)
    h2o = load(H2O, "h2o", args.data) if not args.only or args.only.startswith("row") else None
    try:
        for _ in range(args.rounds):
            for name in names:
                measure(args, name, torch, h2o)
        if not args.only:
            whole_jobs(args, h2o, args.rounds)
            sklearn_rate(torch) if torch else None
    finally:
        if h2o:
            h2o.close()
    table()


if __name__ == "__main__":
    main()
