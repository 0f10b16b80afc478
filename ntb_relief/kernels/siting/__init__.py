"""Kernels of facility location: swap search, Lagrangian bounds and branching on sorted lists of sites."""
