"""Reports: the document that an analysis becomes, and one renderer a format. Knows results, never tar or layers."""
