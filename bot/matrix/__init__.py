"""The only importer of nio: the connection, its keys, reading events and sending them."""
