"""Why LIME and integrated gradients disagree on real networks: bandwidth, interactions, or the path (prop:ig-order)."""
