"""Search over all nouns: the page, the suggestions under the box, and the API."""
