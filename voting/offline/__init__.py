"""What runs away from the server: one file, on a laptop with the network off."""
