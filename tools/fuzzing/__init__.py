"""Wrong graph files by the thousand; `tools/fuzz_graphs` is the command."""
