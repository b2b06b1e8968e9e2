"""Error against evaluations: `adjusted` beside lime, Captum, shap, shapiq, GLIME and S-LIME, on the same networks."""
