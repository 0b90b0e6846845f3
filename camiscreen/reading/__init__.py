"""Files that people have, read as projects and layers."""
