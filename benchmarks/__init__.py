"""Measures the solvers: ours and its peers, on files of the literature, judged by a checker of its own."""
