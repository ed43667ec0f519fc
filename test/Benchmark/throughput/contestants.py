"""Programs that train a network on request: layerpipe's and the peers'.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import exchange
import kernels
import networks

HERE = pathlib.Path(__file__).resolve().parent

#: The steps that everybody computes alike, their step size, and that of timed runs,
#: which is small so that numbers stay ordinary however long the runs are.
CHECK_STEPS, CHECK_RATE, TIMED_RATE = 12, 0.05, 1e-4
BATCHES = 8


class Unavailable(Exception):
    """A contestant can't run here; the text says why."""


def confined_to(count):
    """What a child process calls to get so many CPUs. Peers that are asked for one thread
    may take more: XLA runs independent ops of one program side by side."""
    cpus = sorted(os.sched_getaffinity(0))[:count]
    return lambda: os.sched_setaffinity(0, cpus)


def text_of(command, environment=None):
    """The standard output of a command."""
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode:
        sys.exit(f"throughput: {' '.join(map(str, command))}\n{result.stderr.strip()}")
    return result.stdout


class Layerpipe:
    """A network compiled for so many processors, with delays or without them."""

    threads = property(lambda self: self.processors)
    product = "layerpipe"

    def __init__(self, options, network, folder, processors, in_step=False):
        self.network, self.folder, self.processors = network, folder, processors
        self.program = folder / f"p{processors}{'-in-step' if in_step else ''}"
        limits = ["--strategy", "layerpipe", "--max-staleness", "0"] if in_step else []
        momentum = ["--optimizer", "momentum", "--momentum", network.momentum]
        command = [options.layerpipe, "compile", folder / "network.mlir", "-p", processors, "-o",
                   self.program, "--format", "json", "--kernel-cache", folder / "kernels.json",
                   *(momentum if network.momentum else []),
                   *limits, *([] if in_step else options.compile_options)]
        self.compilation = [str(word) for word in command]
        self.summary = json.loads(text_of(self.compilation))
        self.steps, self.peak_bytes, self.reports = None, 0, []

    @property
    def name(self):
        return f"layerpipe P = {self.processors}"

    def detail(self):
        late = [layer["staleness"] for layer in self.summary["staleness"]]
        return f"staleness {max(late)}" if late and max(late) else "no staleness"

    def command(self, steps, rate, *more):
        return [str(word) for word in (
            self.program, "--data", self.folder, "--shuffle", "off", "--steps", steps, "--lr", rate,
            "--format", "json", *more)]

    def losses(self, parameters, save_initial):
        """The losses of the check. The parameters are read, or made and written."""
        metrics = self.folder / "metrics.jsonl"
        text_of(self.command(CHECK_STEPS, CHECK_RATE, "--metrics", metrics,
                             "--save-initial" if save_initial else "--load", parameters))
        with metrics.open(encoding="utf-8") as lines:
            return [json.loads(line)["loss"] for line in lines]

    def run(self, steps, *more, cpus=None):
        """The report of a run, and its peak memory in bytes."""
        report = self.folder / "report.json"
        with report.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(self.command(steps, TIMED_RATE, *more), stdout=output,
                                       preexec_fn=confined_to(cpus or self.processors))
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"throughput: {self.program} ended with status {process.returncode}")
        return json.loads(report.read_text(encoding="utf-8")), usage.ru_maxrss * 1024

    def measure(self, seconds):
        """Samples in a second, the start and the end of the run left out."""
        if self.steps is None:
            rate = self.run(40)[0]["samples_per_s"]
            self.steps = max(40, round(seconds * rate / self.network.batch))
        report, peak = self.run(self.steps)
        self.reports.append(report)
        self.peak_bytes = max(self.peak_bytes, peak)
        return report["samples_per_s"]

    def kernels(self):
        """How the choices of kernels do when they are measured once more."""
        again = self.folder / "kernels-again.json"
        replaced = {str(self.folder / "kernels.json"): str(again),
                    str(self.program): str(self.folder / "again")}
        text_of([replaced.get(word, word) for word in self.compilation])
        return kernels.compared(text_of([str(self.program), "--describe"]), again)

    def measure_alone(self):
        """Seconds that one thread takes for an iteration of this very program."""
        return self.run(max(8, self.steps // 2), "--sequential", cpus=1)[0]["measured_period_s"]

    def close(self):
        pass


class Peer:
    """A process of another product; peer.py tells how it is spoken with."""

    def __init__(self, options, network, folder, product, variant, threads):
        self.network, self.product = network, product
        self.variant, self.threads = variant, threads
        self.peak_bytes = 0
        job = folder / f"{product}-{variant}-{threads}.json"
        job.write_text(json.dumps({
            "network": network.description(), "variant": variant, "threads": threads,
            "data": str(folder), "parameters": str(folder / "initial.safetensors"),
            "check_steps": CHECK_STEPS, "check_rate": CHECK_RATE, "rate": TIMED_RATE,
        }), encoding="utf-8")
        self.log = job.with_suffix(".log")
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [options.python, str(HERE / f"{product}_peer.py"), str(job)], text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                preexec_fn=confined_to(threads))
        started = self.answer()
        self.version, self.check = started["version"], started["losses"]

    @property
    def name(self):
        return f"{self.version} {self.variant}, {self.threads} thread{'s'[:self.threads > 1]}"

    def detail(self):
        return ""

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            said = self.log.read_text(encoding="utf-8").strip().splitlines()
            raise Unavailable(said[-1] if said else f"exit status {self.process.returncode}")
        return json.loads(line)

    def ask(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def measure(self, seconds):
        self.ask(f"{seconds}\n")
        answer = self.answer()
        return answer["steps"] * self.network.batch / answer["seconds"]

    def close(self):
        self.process.stdin.close()
        for line in self.process.stdout:
            self.peak_bytes = json.loads(line)["peak_bytes"]
        self.process.wait()


#: How each peer may run.
VARIANTS = {"torch": ["eager", "compile", "eager+channels_last", "compile+channels_last"],
            "jax": ["jit"]}


def peer_variants(network, peers, wanted):
    """(product, variant) of the peers that are tried, of the wanted variants."""
    variants = []
    if "torch" in peers:
        variants += [("torch", name) for name in VARIANTS["torch"]
                     if network.is_convolutional or "channels_last" not in name]
    if "jax" in peers and network.small:
        variants += [("jax", name) for name in VARIANTS["jax"]]
    return [one for one in variants if one[1] in wanted]


def cpu_name():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^(?:model name|Model)\s*:\s*(.*)$", text, re.MULTILINE)
    return found[1] if found else "unknown CPU"


def instruction_sets():
    """The widest vectors that this CPU computes with."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return next((name for flag, name in [(" avx512f", "AVX-512"), (" avx2", "AVX2")]
                 if flag in text), "no AVX2")


class Cores:
    """Measures what the cores could do at most, alone and together."""

    def __init__(self, folder, cpus):
        self.folder, self.cpus = folder, cpus
        for name, flags in [("peak", ["-O3", "-march=native"]), ("handover", ["-O2", "-pthread"])]:
            text_of(["cc", *flags, "-o", str(folder / name), str(HERE / f"{name}.c")])

    def handover(self):
        """Nanoseconds that a value takes from the first core to the second one; None if there
        is one core only."""
        if len(self.cpus) < 2:
            return None
        return float(text_of([str(self.folder / "handover"), *map(str, self.cpus[:2])]))

    def peak(self, cores, seconds=0.1):
        """10⁹ operations a second of so many cores together."""
        processes = [
            subprocess.Popen([str(self.folder / "peak"), str(seconds)], stdout=subprocess.PIPE, text=True,
                             preexec_fn=lambda cpu=cpu: os.sched_setaffinity(0, {cpu}))
            for cpu in self.cpus[:cores]
        ]
        return sum(float(process.communicate()[0]) for process in processes)


def prepare(network, folder):
    """Writes what all contestants read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.mlir").write_text(networks.mlir(network), encoding="utf-8")
    exchange.write_data(folder, network, BATCHES)
