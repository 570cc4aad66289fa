"""What was asked for and how soon it was done: figures per technician, category and priority, as page, API and file."""
