"""The catalogues of the languages: which texts there are, what each language has of them, and what is wrong with it."""
