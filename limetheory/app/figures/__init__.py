"""Pictures of an answer: the heat map over the photograph and the bars with their intervals."""
