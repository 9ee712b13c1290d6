"""Privacy: giving out, erasing and letting go what is stored of people, across all tables."""
