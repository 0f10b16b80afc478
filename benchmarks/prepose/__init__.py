"""``python -m benchmarks prepose``: what to store where before one of many disasters comes."""
