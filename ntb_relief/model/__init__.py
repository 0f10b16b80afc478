"""What is asked: frozen questions, checked on entry; ids are the caller's strings."""
