"""Documents of the frame: data first, then a template, then bytes."""
