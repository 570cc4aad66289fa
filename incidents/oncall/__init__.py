"""Who is on duty, who is told when nobody takes an incident, and how soon people answered."""
