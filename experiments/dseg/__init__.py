"""Do data-driven, hierarchical segments explain better than slic, quickshift, felzenszwalb, watershed or a grid?

    limetheory experiment run dseg --images FOLDER --dry-run    evaluations and hours, nothing else
    limetheory experiment run dseg --images FOLDER    a file of rows for each network and photograph; it resumes
    limetheory experiment plot dseg                   tables and pictures from the saved rows

The comparison of DSEG-LIME (arXiv 2403.07733) with what its public code gets wrong put right: every segmenter is
given labels 0..d−1 and the number of segments of the hierarchy, all variants are what their names say, each
network's own probabilities are explained, and differences come with paired tests.

| module | idea |
|---|---|
| settings.py | what is varied and what is fixed |
| partitions.py | a photograph → segments of any segmenter, matched in number, finer on request |
| variants.py | LIME, S-LIME, GLIME, BayLIME on the same set function |
| measures.py | a photograph → one row for each condition and metric |
| rows.py | the store: one file for each network and photograph, written whole or not at all |
| run.py | a job for each network and photograph, and its cost beforehand |
| published.py | the published counts |
| scores.py, ranks.py | the rows as arrays; average ranks and their critical difference |
| tables.py, figures.py, report.py | what is made of the rows |
"""
