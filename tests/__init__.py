"""Tests: flat, real parts, offline."""
