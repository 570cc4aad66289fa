"""Everything that was done and that failed, across all nouns: for administrators and auditors."""
