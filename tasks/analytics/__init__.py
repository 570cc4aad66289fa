"""Who delivered what and when: figures per person and department, as page, API and file."""
