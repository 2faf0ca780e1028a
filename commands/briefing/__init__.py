"""`briefing …`: planned, moved, left out, cancelled, by everybody's own clock."""
