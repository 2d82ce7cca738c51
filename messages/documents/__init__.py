"""Pure builders of pictures, documents and sheets: frozen values in, bytes out. No database, no clock."""
