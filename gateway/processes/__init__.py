"""The worker processes behind one port."""
