"""What the team and the residents fill in about an edition. Forms parse; services act."""
