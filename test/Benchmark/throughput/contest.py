"""One network's contest: who takes part, that all compute the same, and the rounds.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import statistics
import sys

from contestants import CHECK_STEPS, Layerpipe, Peer, Unavailable, peer_variants, prepare

#: Losses agree if they differ by no more than this part of the first one. f32 sums in
#: another order are some 1e-6 apart after so few steps; one update that is forgotten or
#: late moves a loss by 1e-3.
TOLERANCE = 1e-4


def quartiles(values):
    """(first quartile, median, third quartile)."""
    if len(values) < 2:
        return (values[0],) * 3
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, statistics.median(values), high


class Contest:
    """The contestants of one network and what they measured, round by round."""

    def __init__(self, options, network, folder, cores):
        self.options, self.network, self.folder, self.cores = options, network, folder, cores
        self.notes, self.checks = [], []
        prepare(network, folder)
        self.ours = [Layerpipe(options, network, folder, processors)
                     for processors in options.processors]
        self.check_ours()
        self.peers = list(self.start_peers())
        self.speeds = {contestant: [] for contestant in self.all}
        self.peaks = {count: [] for count in options.processors}
        self.handovers = []
        #: Seconds of an iteration of each of our programs on one thread.
        self.alone = {program: [] for program in self.ours if program.processors > 1}

    @property
    def all(self):
        return [*self.ours, *self.peers]

    def check_ours(self):
        """Compares programs without delays, on each number of processors."""
        parameters = self.folder / "initial.safetensors"
        self.reference = None
        for processors in self.options.processors:
            program = Layerpipe(self.options, self.network, self.folder, processors, in_step=True)
            losses = program.losses(parameters, save_initial=self.reference is None)
            self.reference = self.reference or losses
            self.check(program.name, losses)

    def check(self, name, losses):
        if len(losses) != CHECK_STEPS:
            sys.exit(f"throughput: {self.network.key}: {name} made {len(losses)} steps of "
                     f"{CHECK_STEPS}")
        worst = max(abs(mine - theirs) for mine, theirs in zip(losses, self.reference))
        worst /= abs(self.reference[0])
        self.checks.append({"contestant": name, "losses": losses, "differ_by": worst})
        if not worst <= TOLERANCE:
            sys.exit(f"throughput: {self.network.key}: {name} computes something else: its losses "
                     f"differ by {worst:.1e} of the first one\n  {losses}\n  {self.reference}")

    def start_peers(self):
        for product, variant in peer_variants(self.network, self.options.peers,
                                              self.options.variants):
            for threads in self.options.processors:
                try:
                    peer = Peer(self.options, self.network, self.folder, product, variant, threads)
                except Unavailable as reason:
                    self.notes.append(f"no {product} {variant}, {threads} threads: {reason}")
                    continue
                self.check(peer.name, peer.check)
                yield peer

    def run(self, progress):
        """All rounds. Every second one goes the other way round, so that nobody always comes
        after the same neighbour."""
        for number in range(self.options.rounds):
            progress(f"{self.network.key}: round {number + 1} of {self.options.rounds}")
            for count, measured in self.peaks.items():
                measured.append(self.cores.peak(count))
            self.handovers.append(self.cores.handover())
            order = self.all[::-1] if number % 2 else self.all
            for contestant in order:
                self.speeds[contestant].append(contestant.measure(self.options.seconds))
            for program, periods in self.alone.items():
                periods.append(program.measure_alone())
        for contestant in self.all:
            contestant.close()
        progress(f"{self.network.key}: measuring kernels once more")
        self.kernels = self.ours[0].kernels()

    def best(self, contestants):
        return max(contestants, key=lambda one: statistics.median(self.speeds[one]), default=None)

    def ratio(self, above, below):
        """Median and quartiles of the ratios of each round; None without one of them."""
        if above is None or below is None:
            return None
        pairs = zip(self.speeds[above], self.speeds[below])
        low, median, high = quartiles([mine / theirs for mine, theirs in pairs])
        return {"over": below.name, "median": median, "low": low, "high": high}
