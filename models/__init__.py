"""What the assistant remembers: a table and its queries side by side, one file a table. Imports nothing of ours."""
