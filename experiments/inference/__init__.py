"""Do the intervals cover and the stability forecasts come true, on exact limits of real networks?"""
