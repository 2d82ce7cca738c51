"""The local page: a chat in the browser that is a channel like any other. Knows no handler."""
