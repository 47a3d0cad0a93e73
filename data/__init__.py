"""What enters and rests: readers, catalogue, store, demonstration data."""
