"""The commands of `eds`, a file for each noun."""
