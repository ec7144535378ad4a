"""The overhead benchmark: what a node and a packet cost when the calculators do nothing."""
