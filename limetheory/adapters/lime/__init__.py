"""lime 0.2.0.1's submodules and class names, with limetheory's estimates behind them.

Writing ``limetheory.adapters.lime.`` for ``lime.`` is the whole change. Arguments, defaults, random draws and
coefficients are lime's; docs/howto/lime-adapter.md lists where they differ, and why.

| module | idea |
|---|---|
| lime_image.py, lime_text.py, lime_tabular.py (table.py, series.py) | the explainers |
| lime_base.py, selected.py | the local linear model, and which features it keeps |
| answers.py | the shape of what a classifier answers |
| kernel.py | the weight of a sample from its distance |
| sampled_rows.py, discretize.py | rows drawn around a row of a table, in bins or not |
| table_mapper.py, indexed.py | the names of a table's cells, and the tokens of a text |
| explanation.py, pages.py | the answer, and how it is shown |
| image_explanation.py | the answer for an image |
| submodular_pick.py | SP-LIME |
| wrappers, utils | scikit-image's segmentations with their parameters |
| exceptions.py | lime's own error |
"""
