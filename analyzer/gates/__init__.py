"""Gates: rules that an image has to keep. `figures` are judged by `rules`, `judge` gives the verdict."""
