"""What the office does: starts, sees, chases, reviews, answers, adds up."""
