"""Turns Vietnamese as people type it into values: pure functions that know no database, channel or clock."""
