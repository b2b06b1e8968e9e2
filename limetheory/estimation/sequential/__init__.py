"""Estimation to a tolerance: masks are drawn until every coefficient is known well enough."""
