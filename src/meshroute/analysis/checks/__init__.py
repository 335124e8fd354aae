"""What lint looks for: one module for each group of codes."""
