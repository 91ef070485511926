"""Commands about DNA: sequence windows, train, evaluate, predict, explain, variants."""
