"""Measures speed: a lean fake Bot API, contenders that take the same report, a broadcast, growth. Not for pytest."""
