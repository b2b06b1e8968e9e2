"""Exact explanations of a forest beside shap's compiled TreeExplainer (prop:trees)."""
