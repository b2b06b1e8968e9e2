"""Are estimators with surrogates ever worse than plain least squares, on functions from which little can be learnt?"""
