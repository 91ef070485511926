"""Training of the network that finds nuclei: pairs of image and labels, examples, the lesson."""
