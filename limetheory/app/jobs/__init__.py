"""Work that takes longer than an answer: one job at a time has the model, the others wait in order."""
