"""Linear models of the words of documents: TF-IDF, one-vs-rest machines, calibrated margins."""
