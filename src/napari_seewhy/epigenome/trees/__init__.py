"""Two-stage decision trees: trained, cross-validated, kept and found again."""
