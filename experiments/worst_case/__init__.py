"""Is an estimator with surrogates ever worse than plain least squares, on functions that leave little to learn?"""
