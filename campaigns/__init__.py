"""Plans to carry out, each a folder of data, and the schema that reads them."""
