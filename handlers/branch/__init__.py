"""What a branch does: is reminded, answers, reports, reads the weekly excerpt."""
