"""Where: the province, its network, and what can be reached."""
