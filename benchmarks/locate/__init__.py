"""Facility location of the literature: readers, an independent checker, solvers side by side."""
