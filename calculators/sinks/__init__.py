"""Calculators at the end of a graph: windows and files."""
