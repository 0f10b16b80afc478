"""Numba kernels: arrays in, arrays or scalars out; no objects, no strings, no exceptions."""
