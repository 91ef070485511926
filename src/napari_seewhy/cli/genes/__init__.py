"""Commands about lists of genes: genes convert, combine, enrich."""
