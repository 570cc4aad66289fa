"""What was promised to those who ask: how soon somebody answers and how soon it is done, in working time."""
