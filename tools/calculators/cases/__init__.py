"""Cases, one file for each calculator, which holds a list `CASES`."""
