"""Entry of ``python -m benchmarks.allocate``."""

import argparse

from .run import add_options, run_allocate

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocate", description=__doc__)
    add_options(parser)
    run_allocate(parser.parse_args())
