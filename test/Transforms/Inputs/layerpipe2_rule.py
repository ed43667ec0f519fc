"""LayerPipe2's delay rule on chains of L layers in K stages, as a user sees it.

With one register demanded per stage boundary in each direction, the gradients
of layer l need n(l) = 2·S(l) delays, S(l) being the number of stages after its
own: with them retiming succeeds and leaves exactly the stashes that follow from
the lags r(F) = r(U) = s(l), r(D) = r(G) = 2(K−1) − s(l); with one less it is
refused with an error that names the edge. An update that may run a period after
its forward needs one delay less.

Usage: layerpipe2_rule.py LAYERPIPE_OPT LAYERS STAGES

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import re
import subprocess
import sys

SQUARE = "tensor<2x2xf32>"


def chain(layers):
    """A forward graph of linear layers in a row."""
    lines = [
        "layerpipe.graph forward @chain {",
        f"%a0 = layerpipe.input : {SQUARE}",
        f"%t = layerpipe.labels : {SQUARE}",
    ]
    for layer in range(1, layers + 1):
        lines += [
            f'%w{layer} = layerpipe.parameter "l{layer}.weight" uniform(0.5) : {SQUARE}',
            f"%a{layer} = layerpipe.linear %a{layer - 1}, %w{layer}"
            f" : ({SQUARE}, {SQUARE}) -> {SQUARE}",
        ]
    lines += [
        f"%loss = layerpipe.mean_squared_error %a{layers}, %t"
        f" : ({SQUARE}, {SQUARE}) -> tensor<f32>",
        "}",
    ]
    return "\n".join(lines)


class Rule:
    def __init__(self, opt, layers, stages):
        self.opt, self.layers, self.stages = opt, layers, stages

    def stage(self, layer):
        return (layer - 1) * self.stages // self.layers

    def later(self, layer):
        """S(l)"""
        return self.stages - 1 - self.stage(layer)

    def retime(self, delays, free=False):
        """The process that delays gradients and retimes; `delays` is a list of
        n(l), or None for the rule itself."""
        rule = f"rule=stages stages={self.stages}"
        if delays is not None:
            rule = "rule=explicit delays=" + ",".join(map(str, delays))
        return subprocess.run(
            [
                self.opt,
                "--layerpipe-differentiate",
                "--layerpipe-decouple-gradients",
                "--layerpipe-form-tasks",
                f"--layerpipe-delay-gradients={rule}",
                f"--layerpipe-retime=stages={self.stages}"
                + (" free-updates" if free else ""),
                "--mlir-print-op-on-diagnostic=false",
            ],
            input=chain(self.layers),
            capture_output=True,
            text=True,
            timeout=600,
        )

    def expected(self):
        """Delays by (producer, reader) after retiming."""
        s, later, last = self.stage, self.later, self.layers
        delays = {}

        def edge(producer, reader, count):
            delays[producer, reader] = count

        for layer in range(1, last + 1):
            name = f"l{layer}"
            edge(f"{name}.update", f"{name}.forward", 1)
            edge(f"{name}.update", f"{name}.update", 1)
            edge(f"{name}.grad_weight", f"{name}.update", 0)
            before = f"l{layer - 1}.forward" if layer > 1 else "input"
            step = s(layer) - s(layer - 1) if layer > 1 else 0
            edge(before, f"{name}.forward", step)
            # The activation stash.
            edge(before, f"{name}.grad_weight", 2 * later(layer) + step)
            delta = "loss"
            if layer < last:
                # δ crosses the boundary behind the product of the next layer.
                delta = f"l{layer + 1}.grad_input"
            back = s(layer + 1) - s(layer) if layer < last else 0
            edge(delta, f"{name}.grad_weight", back)
            if layer > 1:
                edge(delta, f"{name}.grad_input", back)
                # The weight stash: the live copy and 2·S(l) older versions.
                edge(f"{name}.update", f"{name}.grad_input", 1 + 2 * later(layer))
        edge(f"l{last}.forward", "loss", 0)
        edge("labels", "loss", 0)
        return delays


def edges_of(text):
    """Delays by (producer, reader) in a printed graph with tasks."""
    producer, delays, readers = {}, {}, []
    for line in text.splitlines():
        if match := re.match(r" *(%\w+) = layerpipe\.(input|labels)", line):
            producer[match[1]] = match[2]
        elif match := re.match(r" *(%\w+) = layerpipe\.delay (\S+) by (\d+)", line):
            delays[match[1]] = (match[2], int(match[3]))
        elif match := re.match(
            r' *(%\w+)(?::\d+)? = layerpipe\.task "([^"]+)" \w+ layer \d+\(([^)]*)\)', line
        ):
            producer[match[1]] = match[2]
            readers.append((match[2], match[3].split(", ")))
    found = {}
    for reader, operands in readers:
        for value in operands:
            count = 0
            while value in delays:
                value, more = delays[value]
                count += more
            found[producer[value.split("#")[0]], reader] = count
    return found


def expect(condition, message):
    if not condition:
        sys.exit(message)


def check_accepted(rule):
    run = rule.retime(None)
    expect(run.returncode == 0, f"2·S(l) was refused: {run.stderr}")
    found, expected = edges_of(run.stdout), rule.expected()
    for edge in sorted(found.keys() | expected.keys()):
        expect(
            found.get(edge) == expected.get(edge),
            f"{edge}: {found.get(edge)} delays, expected {expected.get(edge)}",
        )


def check_refused(rule, layer, delays, free):
    run = rule.retime(delays, free)
    edge = f"edge 'l{layer}.grad_weight' → 'l{layer}.update'"
    needed = delays[layer - 1] + 1
    message = f"{edge} has {needed - 1} delays and needs at least {needed}:"
    expect(run.returncode == 1, f"{delays} was not refused, free-updates={free}")
    expect(run.stderr.count("error:") == 1, f"not one error: {run.stderr}")
    expect(message in run.stderr, f"expected '{message}', got: {run.stderr}")


def check_limits(rule):
    least = {
        False: [2 * rule.later(l) for l in range(1, rule.layers + 1)],
        True: [max(0, 2 * rule.later(l) - 1) for l in range(1, rule.layers + 1)],
    }
    for free, delays in least.items():
        run = rule.retime(delays, free)
        expect(run.returncode == 0, f"{delays} was refused: {run.stderr}")
        for layer, count in enumerate(delays, start=1):
            if count > 0:
                lower = delays.copy()
                lower[layer - 1] -= 1
                check_refused(rule, layer, lower, free)


def main():
    rule = Rule(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    check_accepted(rule)
    check_limits(rule)
    print(f"{rule.layers} layers in {rule.stages} stages: as the rule says")


if __name__ == "__main__":
    main()
