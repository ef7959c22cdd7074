"""The benchmarks: figures as ratios to a bare view, measured in one run on one machine."""
