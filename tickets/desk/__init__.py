"""What makes a technician's desk quick: canned replies, duplicates merged, categories that know whose they are."""
