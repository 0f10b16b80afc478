"""The command line: thin rooms over the public functions; heavy parts load inside the command that needs them."""
