"""Calculators that have no stream inputs: packets start here."""
