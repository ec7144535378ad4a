"""Calculators that steer packets: which go on, when, and in which company. They take any payload."""
