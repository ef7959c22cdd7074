"""Who is told what about an edition, its bodies and its meetings."""
