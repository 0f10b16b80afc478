"""Pictures of operations and plans: maps that need no network, timelines, charts. They are returned, never shown or saved."""
