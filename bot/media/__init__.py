"""Files that people send: what they are, where their contents are kept (each under its SHA-256: in a folder, or in a
bucket of an S3-compatible store), and the signed links that open them."""
