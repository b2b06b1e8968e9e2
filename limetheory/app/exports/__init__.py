"""What a browser may save of its session: reports, pictures and the JSON that repeats an explanation."""
