"""Methods of estimation, and what makes their standard errors hold."""
