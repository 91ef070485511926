"""Commands about DNA: coverage from windows on, and language models from a genome on."""
