"""``python -m benchmarks allocate``: scarce stock shared out over many needs."""
