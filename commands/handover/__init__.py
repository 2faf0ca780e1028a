"""`handover …`: a post is handed over, item by item, and passes only when that is accepted."""
