"""Rules as pure functions: values in, values out. No session, no clock, no words."""
