"""Pages of the study: one module per desk."""
