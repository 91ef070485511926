"""Commands about classifiers: train, tune, evaluate, predict, train-segmenter."""
