"""`incident`: declared, directed, shown and closed."""
