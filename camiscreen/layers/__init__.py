"""Reference layers: manifests, the compiled tile store, and how sources become polygons."""
