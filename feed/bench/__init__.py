"""Measures this machine: each figure beside a peer, in one run, on one broker, with equal bytes."""
