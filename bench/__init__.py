"""The benchmarks that the README quotes: the real product in a process of its own, asked over real connections."""
