"""What a frozen program runs before its own code; ``rthooks.dat`` beside this folder says so."""
