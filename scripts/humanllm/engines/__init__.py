"""Language models behind one protocol: requests in, replies out."""
