"""Files in and out: workbooks, versioned documents, papers. Rooms load on first use, so this door imports nothing."""
