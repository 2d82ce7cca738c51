"""What everybody can do: join, leave, see what is kept, ask for help."""
