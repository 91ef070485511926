"""Learning: the loop, its checkpoints, seeds and schedules, for any lesson."""
