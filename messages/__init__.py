"""Every word the assistant says and how it reads people's words. Knows no database, no channel and no clock."""
