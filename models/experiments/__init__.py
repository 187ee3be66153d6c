"""Studies: what a recipe is worth, what each part of it brings, and how constants were chosen."""
