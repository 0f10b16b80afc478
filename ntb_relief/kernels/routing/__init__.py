"""The routing engine: schedules, ruin, recreate, acceptance, the search loop."""
