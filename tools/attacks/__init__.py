"""Hostile folders, graphs, names, signals, disks and models; `tools/attack` is the command."""
