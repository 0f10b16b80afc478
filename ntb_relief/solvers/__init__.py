"""How questions are solved: one room a question, each `solve_*(problem, *, stop, rng, ...) -> Result`."""
