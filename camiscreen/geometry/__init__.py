"""Geometry on the ellipsoid: lengths, areas, distances, and places along a line."""
