"""Pictures: opened, shown, read, and set right by hand."""
