"""Travel tables, closures and criticality on generated road networks: ours beside other engines."""
